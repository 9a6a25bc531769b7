// The page at `/` when no front end is configured. Its sources are plain files that browsers run as they are (`files/`); they
// are read once, kept compressed, and sent with an entity tag of their content. Caching headers come from spec http.md 1.7.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isNotModified } from '../http/conditional-request.ts';
import { contentTypeOf } from '../http/content-types.ts';
import { emptyReply } from '../http/replies.ts';

interface PageFile {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly contentType: string;
}

/** The compiled server finds its files where they are written: `dist` and `src` are neighbours. */
const folder = new URL('../../src/start-page/files/', import.meta.url);
const compress = promisify(gzip);

let loading: Promise<ReadonlyMap<string, PageFile>> | undefined;

async function loadFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async name => [name, await loadFile(name)] as const)));
}

async function loadFile(name: string): Promise<PageFile> {
  const plain = await readFile(new URL(name, folder));
  const digest = createHash('sha256').update(plain).digest('hex').slice(0, 16);
  const contentType = name.endsWith('.html') ? 'text/html; charset=utf-8' : contentTypeOf(name);
  return { plain, gzipped: await compress(plain, { level: 9 }), etag: `"${digest}"`, contentType };
}

/** Sends a file of the page; 404 when it has none of that name. */
export async function sendStartPageFile(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
): Promise<FastifyReply> {
  loading ??= loadFiles();
  const file = (await loading).get(name);
  if (file === undefined) return emptyReply(reply, 404);
  reply.headers({ etag: file.etag, vary: 'accept-encoding' });
  if (isNotModified(request.headers, file)) return reply.code(304).send();
  reply.header('content-type', file.contentType);
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(file.plain);
  return reply.header('content-encoding', 'gzip').send(file.gzipped);
}
