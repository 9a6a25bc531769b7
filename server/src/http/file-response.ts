// Sends one regular file with validators, ranges and HEAD (spec http.md 1.6). Used by `/view` and by the web root; both
// have decided before that the path may be read.
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ByteRange, parseByteRange } from './byte-range.ts';
import { fileEtag, isNotModified, isRangeStillValid } from './conditional-request.ts';
import { emptyReply } from './replies.ts';

/** A regular file that exists. */
export interface ServableFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Errors that say "no such file" rather than "the disk is broken". */
const missingCodes: ReadonlySet<unknown> = new Set([
  'EACCES',
  'EINVAL',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'ERR_INVALID_ARG_VALUE',
]);

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (missingCodes.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}

/** What is at `path`: a file that can be sent, a folder (or device), or nothing. */
export async function findFile(path: string): Promise<ServableFile | 'not a file' | 'missing'> {
  const found = await statOf(path);
  if (found === undefined) return 'missing';
  return found.isFile() ? { path, sizeBytes: found.size, modifiedMs: found.mtimeMs } : 'not a file';
}

/** Answers 200, 206, 304 or 416. Headers that are already set (disposition, caching) are kept. */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, sizeBytes, modifiedMs }: ServableFile,
  contentType: string,
): FastifyReply {
  const validators = { etag: fileEtag(sizeBytes, modifiedMs), modifiedMs };
  reply.headers({
    etag: validators.etag,
    'last-modified': new Date(modifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
  });
  if (isNotModified(request.headers, validators)) return reply.code(304).send();
  const rangeHeader = isRangeStillValid(request.headers, validators) ? request.headers.range : undefined;
  const range = parseByteRange(rangeHeader, sizeBytes);
  if (range === 'unsatisfiable') return emptyReply(reply.header('content-range', `bytes */${sizeBytes}`), 416);
  const { start, end }: ByteRange = range === 'whole' ? { start: 0, end: sizeBytes - 1 } : range;
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
  reply.headers({ 'content-type': contentType, 'content-length': end - start + 1 });
  // Fastify replaces the length of a HEAD answer by that of its payload, but not for a stream.
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  if (sizeBytes === 0) return reply.send('');
  return reply.send(createReadStream(path, { start, end }));
}
