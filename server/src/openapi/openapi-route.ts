// `GET /openapi.json`: the document about all routes, made when somebody first asks for it.
import { createHash } from 'node:crypto';
import { isNotModified } from '../http/conditional-request.ts';
import { jsonTextReply } from '../http/replies.ts';
import { jsonAnswer } from '../http/route-doc.ts';
import type { Route } from '../http/route-table.ts';
import type { PreparedJson } from '../ports.ts';
import type { ServerContext } from '../server-context.ts';
import { openApiDocument } from './openapi-document.ts';

/** @param routes every route of the server, this one among them; called on the first request. */
export function openApiRoute({ versions }: ServerContext, routes: () => readonly Route[]): Route {
  let prepared: PreparedJson | undefined;
  const prepare = (): PreparedJson => {
    const json = JSON.stringify(openApiDocument(routes(), { version: versions.snug ?? '0.0.0' }));
    return { json, etag: `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"` };
  };
  return {
    method: 'GET',
    path: '/openapi.json',
    doc: {
      tag: 'system',
      summary: 'Describe all routes',
      description: 'An OpenAPI 3.1 document with an entity tag.',
      answers: { 200: jsonAnswer('The document', { type: 'object' }), 304: { description: 'Not changed' } },
    },
    handler: (request, reply) => {
      prepared ??= prepare();
      reply.header('etag', prepared.etag);
      return isNotModified(request.headers, prepared) ? reply.code(304).send() : jsonTextReply(reply, prepared.json);
    },
  };
}
