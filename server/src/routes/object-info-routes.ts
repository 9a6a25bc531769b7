// `GET /object_info` and `GET /object_info/{class}` (spec http.md 8). The documents are prepared by whoever holds the node
// catalogue; here their text goes out untouched, with an entity tag that saves clients the transfer.
import { createPreparedReply } from '../http/prepared-reply.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { listNodesDoc, showNodeDoc } from './system-docs.ts';

export function objectInfoRoutes({ runner, compressResponses }: ServerContext): readonly Route[] {
  const sendPrepared = createPreparedReply({ compressResponses });
  return [
    {
      method: 'GET',
      path: '/object_info',
      doc: listNodesDoc,
      handler: async (request, reply) => sendPrepared(request, reply, await runner.objectInfo()),
    },
    {
      method: 'GET',
      path: '/object_info/:class_type',
      doc: showNodeDoc,
      handler: async (request, reply) =>
        sendPrepared(request, reply, await runner.objectInfoOf(pathParameter(request, 'class_type'))),
    },
  ];
}
