// `/api/jobs`: queue and history in one list, one job, cancelling (spec http.md 5). Newer front ends read nothing else.
import { isJsonObject, type JsonValue } from '@snug/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerError } from '../errors.ts';
import { jsonBody } from '../http/json-body.ts';
import { commaSeparated, jsonPiecesReply } from '../http/json-pieces.ts';
import { queryValue } from '../http/query-values.ts';
import { jsonReply, jsonTextReply } from '../http/replies.ts';
import type { RouteDoc } from '../http/route-doc.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import { announceRemoval } from '../queue-announcement.ts';
import type { ServerContext } from '../server-context.ts';
import { jobDetailJson, jobJson } from './job-view.ts';
import { cancelJobDoc, cancelJobsDoc, listJobsDoc, showJobDoc } from './jobs-docs.ts';
import { readJobsQuery } from './jobs-query.ts';

export function jobsRoutes(context: ServerContext): readonly Route[] {
  const route = (method: Route['method'], path: string, doc: RouteDoc, handler: Route['handler']): Route => ({
    method,
    path,
    doc,
    handler,
    prefixes: 'api-only',
  });
  return [
    route('GET', '/jobs', listJobsDoc, (request, reply) => listJobs(request, reply, context)),
    route('GET', '/jobs/:id', showJobDoc, (request, reply) => showJob(request, reply, context)),
    route('POST', '/jobs/cancel', cancelJobsDoc, (request, reply) => cancelJobs(request, reply, context)),
    route('POST', '/jobs/:id/cancel', cancelJobDoc, async (request, reply) =>
      jsonReply(reply, { cancelled: await cancel([pathParameter(request, 'id')], context) }),
    ),
  ];
}

async function listJobs(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  const query = readJobsQuery(name => queryValue(request, name));
  if (typeof query === 'string') return jsonReply(reply, { error: query }, 400);
  const { total, count, batches } = await context.jobs.list(query);
  const { offset = 0, limit = null } = query;
  const pagination = JSON.stringify({ offset, limit, total, has_more: offset + count < total });
  async function* pieces(): AsyncGenerator<string, void, undefined> {
    yield '{"jobs":[';
    yield* commaSeparated(batches, jobJson);
    yield `],"pagination":${pagination}}`;
  }
  return jsonPiecesReply(reply, pieces());
}

async function showJob(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  const job = await context.jobs.details(pathParameter(request, 'id'));
  return job === undefined
    ? jsonReply(reply, { error: 'Job not found' }, 404)
    : jsonTextReply(reply, jobDetailJson(job));
}

/**
 * Waiting jobs leave the queue, a running one is interrupted; answers whether anything was done. The queue goes first: a
 * job that is interrupted makes room for the next one, which may be on the list as well.
 */
async function cancel(ids: readonly string[], context: ServerContext): Promise<boolean> {
  const removed = await context.jobs.cancelPending(ids);
  await announceRemoval(context, removed.length);
  let isAnyInterrupted = false;
  // Several may run where several workers do. The runner knows which of them still can be stopped.
  for (const { promptId } of await context.jobs.running()) {
    if (ids.includes(promptId) && (await context.runner.interrupt(promptId))) isAnyInterrupted = true;
  }
  return removed.length > 0 || isAnyInterrupted;
}

async function cancelJobs(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  const ids = readJobIds(request);
  if (!Array.isArray(ids)) return jsonReply(reply, ids, 400);
  return jsonReply(reply, { cancelled: await cancel(ids, context) });
}

interface JobIdsProblem {
  readonly error: string;
  readonly invalid_ids?: readonly string[];
}

/** The ids, or the error answer. Any text can be an id here (spec decisions.md 2). */
function readJobIds(request: FastifyRequest): string[] | JobIdsProblem {
  let body: JsonValue;
  try {
    body = jsonBody(request);
  } catch (error) {
    if (error instanceof ServerError) return { error: 'Request body must be valid JSON' };
    throw error;
  }
  const ids: unknown = isJsonObject(body) ? body['job_ids'] : undefined;
  if (!Array.isArray(ids)) return { error: 'job_ids must be a list' };
  const invalid = ids.filter(id => typeof id !== 'string' || id === '');
  if (invalid.length === 0) return ids;
  return { error: 'job_ids contains invalid id(s)', invalid_ids: invalid.map(String) };
}
