// `GET /models`, `GET /models/{folder}` and `GET /embeddings` (spec http.md 7.5, 9.1, 9.2).
import { emptyReply, jsonReply } from '../http/replies.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { listEmbeddingsDoc, listModelFoldersDoc, listModelsDoc } from './system-docs.ts';

export function modelRoutes({ models }: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/models',
      doc: listModelFoldersDoc,
      handler: (_request, reply) => jsonReply(reply, models.keys()),
    },
    {
      method: 'GET',
      path: '/models/:folder',
      doc: listModelsDoc,
      handler: async (request, reply) => {
        const names = await models.list(pathParameter(request, 'folder'));
        return names === undefined ? emptyReply(reply, 404) : jsonReply(reply, names);
      },
    },
    {
      method: 'GET',
      path: '/embeddings',
      doc: listEmbeddingsDoc,
      handler: async (_request, reply) => {
        const names = (await models.list('embeddings')) ?? [];
        return jsonReply(reply, names.map(withoutExtension));
      },
    },
  ];
}

function withoutExtension(name: string): string {
  return name.replace(/(?<=[^/])\.[^./]*$/, '');
}
