// `GET /history`, `GET /history/{prompt_id}` and `POST /history` (spec http.md 4.3 to 4.5, decisions.md 6).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerError } from '../errors.ts';
import { isTruthy, jsonObjectBody, stringsOf } from '../http/json-body.ts';
import { commaSeparated, jsonPiecesReply } from '../http/json-pieces.ts';
import { parseInteger, queryValue } from '../http/query-values.ts';
import { emptyReply, jsonTextReply } from '../http/replies.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { historyMemberJson } from './job-json.ts';
import { changeHistoryDoc, listHistoryDoc, showHistoryDoc } from './prompt-docs.ts';

/** Most entries of one answer. */
const MAX_ENTRIES = 10_000;

export function historyRoutes(context: ServerContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/history',
      doc: listHistoryDoc,
      handler: (request, reply) => listHistory(request, reply, context),
    },
    {
      method: 'GET',
      path: '/history/:prompt_id',
      doc: showHistoryDoc,
      handler: async (request, reply) => {
        const entry = await context.jobs.historyEntry(pathParameter(request, 'prompt_id'));
        return jsonTextReply(reply, entry === undefined ? '{}' : `{${historyMemberJson(entry)}}`);
      },
    },
    {
      method: 'POST',
      path: '/history',
      doc: changeHistoryDoc,
      handler: (request, reply) => changeHistory(request, reply, context),
    },
  ];
}

async function listHistory(
  request: FastifyRequest,
  reply: FastifyReply,
  { jobs }: ServerContext,
): Promise<FastifyReply> {
  const wanted = integerQuery(request, 'max_items') ?? Number.POSITIVE_INFINITY;
  const offset = Math.max(integerQuery(request, 'offset') ?? -1, -1);
  if (wanted > MAX_ENTRIES && (await jobs.historyCount()) - Math.max(offset, 0) > MAX_ENTRIES) {
    reply.header('x-snug-truncated', 'true');
  }
  // From an offset the first entries are sent, otherwise the newest.
  const entries = jobs.historyBatches({ maxItems: Math.min(Math.max(wanted, 0), MAX_ENTRIES), offset });
  async function* pieces(): AsyncGenerator<string, void, undefined> {
    yield '{';
    yield* commaSeparated(entries, historyMemberJson);
    yield '}';
  }
  return jsonPiecesReply(reply, pieces());
}

/** Absent is undefined; the reference fails for text that is no integer. */
function integerQuery(request: FastifyRequest, name: string): number | undefined {
  const text = queryValue(request, name);
  if (text === undefined) return undefined;
  const value = parseInteger(text);
  if (value === undefined) {
    throw new ServerError('REQUEST_NOT_USABLE', { route: 'GET /history', part: name, expected: 'an integer' });
  }
  return value;
}

/** No event is sent and no file touched. */
async function changeHistory(
  request: FastifyRequest,
  reply: FastifyReply,
  { jobs }: ServerContext,
): Promise<FastifyReply> {
  const body = jsonObjectBody(request);
  if (isTruthy(body['clear'])) await jobs.clearHistory();
  const ids = stringsOf(body['delete']);
  if (ids.length > 0) await jobs.deleteHistory(ids);
  return emptyReply(reply);
}
