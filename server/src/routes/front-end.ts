// The web root: `/`, and every GET that no handler route knows (spec http.md 7.4, 1.8). With a front end folder its files
// are served, without one a small page of our own.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentTypeOf } from '../http/content-types.ts';
import { findFile, sendFile } from '../http/file-response.ts';
import { resolveBelow, webPathOf } from '../http/front-end-path.ts';
import { pathOf } from '../http/generic-failures.ts';
import { emptyReply, textReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import { indexPage } from '../index-page.ts';
import type { ServerContext } from '../server-context.ts';
import { startPageDoc } from './system-docs.ts';

/** The start page must never be stale: it names the other files of a release. */
const uncached = { 'cache-control': 'no-store, must-revalidate', pragma: 'no-cache', expires: '0' } as const;

export function frontEndRoutes(context: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/',
      doc: startPageDoc,
      handler: (request, reply) => sendStartPage(request, reply, context),
    },
  ];
}

async function sendStartPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { frontEndRoot, versions }: ServerContext,
): Promise<FastifyReply> {
  reply.headers(uncached);
  if (frontEndRoot !== null) return sendBelow(request, reply, frontEndRoot, 'index.html');
  return reply.header('content-type', 'text/html; charset=utf-8').send(indexPage(versions));
}

/** Answers a GET or HEAD that is no handler route. */
export async function sendWebFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { frontEndRoot }: ServerContext,
): Promise<FastifyReply> {
  const path = webPathOf(pathOf(request));
  if (path === undefined) return textReply(reply, 404, '404: Not Found');
  // The `/api` prefix belongs to handlers alone.
  if (frontEndRoot === null || path === 'api' || path.startsWith('api/')) return emptyReply(reply, 404);
  return sendBelow(request, reply, frontEndRoot, path);
}

async function sendBelow(
  request: FastifyRequest,
  reply: FastifyReply,
  root: string,
  relativePath: string,
): Promise<FastifyReply> {
  const path = await resolveBelow(root, relativePath);
  const file = path === undefined ? 'missing' : await findFile(path);
  if (file === 'missing') return emptyReply(reply, 404);
  if (file === 'not a file') return textReply(reply, 403, '403: Forbidden');
  return sendFile(request, reply, file, contentTypeOf(relativePath));
}
