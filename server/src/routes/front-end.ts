// The web root: `/`, and every GET that no handler route knows (spec http.md 7.4, 1.8). With a front end folder its files
// are served, without one a small page of our own.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { webPathOf } from '../http/front-end-path.ts';
import { pathOf } from '../http/generic-failures.ts';
import { emptyReply, textReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import { sendBelow } from '../http/static-file.ts';
import type { ServerContext } from '../server-context.ts';
import { sendStartPageFile } from '../start-page/start-page.ts';
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
  { frontEndRoot }: ServerContext,
): Promise<FastifyReply> {
  reply.headers(uncached);
  if (frontEndRoot === null) return sendStartPageFile(request, reply, 'index.html');
  return sendBelow(request, reply, [frontEndRoot], 'index.html');
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
  if (path === 'api' || path.startsWith('api/')) return emptyReply(reply, 404);
  if (frontEndRoot === null) return sendStartPageFile(request, reply, path);
  return sendBelow(request, reply, [frontEndRoot], path);
}
