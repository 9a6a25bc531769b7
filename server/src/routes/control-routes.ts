// `POST /interrupt` and `POST /free` (spec http.md 4.6, 4.7).
import { isJsonObject, type JsonValue, parseLossless } from '@snug/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTruthy, jsonObjectBody } from '../http/json-body.ts';
import { emptyReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { freeDoc, interruptDoc } from './prompt-docs.ts';

export function controlRoutes({ runner }: ServerContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/interrupt',
      doc: interruptDoc,
      handler: async (request, reply) => {
        await runner.interrupt(promptIdOf(request));
        return emptyReply(reply);
      },
    },
    {
      method: 'POST',
      path: '/free',
      doc: freeDoc,
      handler: async (request, reply): Promise<FastifyReply> => {
        const body = jsonObjectBody(request);
        const freeMemory = isTruthy(body['free_memory']);
        await runner.free({ unloadModels: freeMemory || isTruthy(body['unload_models']), freeMemory });
        return emptyReply(reply);
      },
    },
  ];
}

/** The prompt to interrupt; undefined, for whatever runs, when the body is missing, malformed or names none. */
function promptIdOf(request: FastifyRequest): string | undefined {
  if (!(request.body instanceof Buffer)) return undefined;
  let body: JsonValue;
  try {
    body = parseLossless(request.body.toString('utf8'));
  } catch {
    return undefined; // An unreadable body means "whatever runs", see above.
  }
  const promptId = isJsonObject(body) ? body['prompt_id'] : undefined;
  return isTruthy(promptId) ? String(promptId) : undefined;
}
