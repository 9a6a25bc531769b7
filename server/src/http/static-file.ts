// One file out of a tree of static files (spec http.md 1.8, 7.4): no listings, no implicit index, no way out of the tree.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentTypeOf } from './content-types.ts';
import { findFile, sendFile } from './file-response.ts';
import { resolveBelow } from './front-end-path.ts';
import { emptyReply, textReply } from './replies.ts';

/** Answers with the file from the first tree that has something at this path; `relativePath` as from `webPathOf`. */
export async function sendBelow(
  request: FastifyRequest,
  reply: FastifyReply,
  roots: readonly string[],
  relativePath: string,
): Promise<FastifyReply> {
  for (const root of roots) {
    const path = await resolveBelow(root, relativePath);
    const file = path === undefined ? 'missing' : await findFile(path);
    if (file === 'missing') continue;
    if (file === 'not a file') return textReply(reply, 403, '403: Forbidden');
    return sendFile(request, reply, file, contentTypeOf(relativePath));
  }
  return emptyReply(reply, 404);
}
