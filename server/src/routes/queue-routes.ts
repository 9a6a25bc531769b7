// `GET /queue` and `POST /queue` (spec http.md 4.1, 4.2).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTruthy, jsonObjectBody, stringsOf } from '../http/json-body.ts';
import { commaSeparated, jsonPiecesReply } from '../http/json-pieces.ts';
import { emptyReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import { announceQueue, announceRemoval } from '../queue-announcement.ts';
import type { ServerContext } from '../server-context.ts';
import { queueItemJson } from './job-json.ts';
import { changeQueueDoc, listQueueDoc } from './prompt-docs.ts';

export function queueRoutes(context: ServerContext): readonly Route[] {
  return [
    { method: 'GET', path: '/queue', doc: listQueueDoc, handler: (_request, reply) => listQueue(reply, context) },
    {
      method: 'POST',
      path: '/queue',
      doc: changeQueueDoc,
      handler: (request, reply) => changeQueue(request, reply, context),
    },
  ];
}

async function listQueue(reply: FastifyReply, { jobs }: ServerContext): Promise<FastifyReply> {
  // Both before anything is awaited: a job that starts meanwhile must not be missing from either.
  const reading = jobs.running();
  const pending = jobs.pendingBatches();
  const running = await reading;
  async function* pieces(): AsyncGenerator<string, void, undefined> {
    yield `{"queue_running":[${running.map(queueItemJson).join(',')}],"queue_pending":[`;
    yield* commaSeparated(pending, queueItemJson);
    yield ']}';
  }
  return jsonPiecesReply(reply, pieces());
}

/** Clears first, then deletes; running jobs are untouched and unknown ids ignored. */
async function changeQueue(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ServerContext,
): Promise<FastifyReply> {
  const body = jsonObjectBody(request);
  if (isTruthy(body['clear'])) {
    await context.jobs.clearPending();
    await announceQueue(context);
  }
  const ids = stringsOf(body['delete']);
  if (ids.length > 0) {
    const removed = await context.jobs.cancelPending(ids);
    await announceRemoval(context, removed.length);
  }
  return emptyReply(reply);
}
