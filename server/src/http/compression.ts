// Compression of answers, only with `--enable-compress-response-body` (spec http.md 1.6): JSON and plain text, gzip, for
// clients that accept it. Large strings are compressed on the thread pool, streams as they flow.
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptedEncodings } from './accepted-encodings.ts';

const gzipBuffer = promisify(gzip);
const options = { level: constants.Z_BEST_SPEED };

/** Small answers grow when compressed. */
const MIN_LENGTH = 1024;

function isCompressible(reply: FastifyReply): boolean {
  const type = String(reply.getHeader('content-type') ?? '');
  const isText = type.startsWith('application/json') || type.startsWith('text/plain');
  return isText && reply.getHeader('content-encoding') === undefined && reply.statusCode !== 206;
}

/** Replaces a payload by its compressed form where that is wanted; an `onSend` hook. */
export async function compressPayload(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (!isCompressible(reply)) return payload;
  const vary = reply.getHeader('vary');
  if (vary === undefined) reply.header('vary', 'Accept-Encoding');
  else if (!/accept-encoding/i.test(String(vary))) reply.header('vary', `${String(vary)}, Accept-Encoding`);
  if (!acceptedEncodings(request.headers['accept-encoding']).includes('gzip')) return payload;
  const isLong = (typeof payload === 'string' || payload instanceof Buffer) && payload.length >= MIN_LENGTH;
  if (!isLong && !(payload instanceof Readable)) return payload;
  reply.header('content-encoding', 'gzip').removeHeader('content-length');
  // The bytes are others than those that the tag names, and no range of them can be asked for.
  const etag = reply.getHeader('etag');
  if (typeof etag === 'string' && etag.startsWith('"')) reply.header('etag', `W/${etag}`);
  reply.removeHeader('accept-ranges');
  if (!(payload instanceof Readable)) return gzipBuffer(payload as string | Buffer, options);
  // A failing source ends the compressed stream too, which closes the connection: the client sees a truncated answer.
  return pipeline(payload, createGzip(options), () => {});
}
