// `/api/jobs`: queue and history in one list, one job, cancelling (spec http.md 5). Newer front ends read nothing else.
import type { FinishedJob, Job } from '@snug/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerError } from '../errors.ts';
import { jsonObjectBody } from '../http/json-body.ts';
import { queryValue } from '../http/query-values.ts';
import { jsonReply, jsonTextReply } from '../http/replies.ts';
import type { RouteDoc } from '../http/route-doc.ts';
import { pathParameter, type Route } from '../http/route-table.ts';
import { announceQueue } from '../queue-announcement.ts';
import type { ServerContext } from '../server-context.ts';
import { executionTimes, type JobRecord, jobDetailJson, jobJson, recordOf, workflowIdOf } from './job-view.ts';
import { cancelJobDoc, cancelJobsDoc, listJobsDoc, showJobDoc } from './jobs-docs.ts';
import { type JobsQuery, readJobsQuery } from './jobs-query.ts';

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
      jsonReply(reply, { cancelled: await cancelJob(pathParameter(request, 'id'), context) }),
    ),
  ];
}

async function listJobs(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  const query = readJobsQuery(name => queryValue(request, name));
  if (typeof query === 'string') return jsonReply(reply, { error: query }, 400);
  const records = (await jobsOf(context, query)).map(recordOf).filter(record => isWanted(record, query));
  const found = sorted(records, query);
  const { offset, limit } = query;
  const page = found.slice(offset, limit === null ? undefined : offset + limit);
  const total = found.length;
  const pagination = JSON.stringify({ offset, limit, total, has_more: offset + page.length < total });
  return jsonTextReply(reply, `{"jobs":[${page.map(jobJson).join(',')}],"pagination":${pagination}}`);
}

/** The history is large: it is left alone when only waiting and running jobs are asked for. */
async function jobsOf({ jobs }: ServerContext, { statuses }: JobsQuery): Promise<(Job | FinishedJob)[]> {
  const has = (...wanted: readonly string[]): boolean =>
    statuses === null || [...statuses].some(status => wanted.includes(status));
  const [running, pending, finished] = await Promise.all([
    has('in_progress') ? jobs.running() : [],
    has('pending') ? jobs.pending() : [],
    has('completed', 'failed', 'cancelled') ? jobs.history({}) : [],
  ]);
  return [...running, ...pending, ...finished];
}

function isWanted(record: JobRecord, { statuses, workflowId }: JobsQuery): boolean {
  if (statuses !== null && !statuses.has(record.status)) return false;
  return workflowId === undefined || workflowIdOf(record) === workflowId;
}

function sorted(records: readonly JobRecord[], { sortBy, isDescending }: JobsQuery): JobRecord[] {
  const keyed = records.map(record => ({
    record,
    key: sortBy === 'created_at' ? record.job.createdAtMs : durationOf(record),
  }));
  keyed.sort((a, b) => (isDescending ? b.key - a.key : a.key - b.key));
  return keyed.map(({ record }) => record);
}

function durationOf(record: JobRecord): number {
  const { startMs, endMs } = executionTimes(record);
  return startMs === undefined || endMs === undefined ? 0 : endMs - startMs;
}

/** A job that runs again under an id of the history is the running one. */
async function findJob(id: string, { jobs }: ServerContext): Promise<Job | FinishedJob | undefined> {
  const isIt = (job: Job): boolean => job.promptId === id;
  return (await jobs.running()).find(isIt) ?? (await jobs.pending()).find(isIt) ?? (await jobs.historyEntry(id));
}

async function showJob(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  const job = await findJob(pathParameter(request, 'id'), context);
  return job === undefined
    ? jsonReply(reply, { error: 'Job not found' }, 404)
    : jsonTextReply(reply, jobDetailJson(recordOf(job)));
}

/** A waiting job leaves the queue, a running one is interrupted; answers whether anything was done. */
async function cancelJob(id: string, context: ServerContext): Promise<boolean> {
  const removed = await context.jobs.cancelPending([id]);
  await announceQueue(context, { changes: removed.length });
  if (removed.length > 0) return true;
  const isRunning = (await context.jobs.running()).some(job => job.promptId === id);
  return isRunning && (await context.runner.interrupt(id));
}

async function cancelJobs(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  const ids = readJobIds(request);
  if (!Array.isArray(ids)) return jsonReply(reply, ids, 400);
  let isAnyCancelled = false;
  for (const id of ids) if (await cancelJob(id, context)) isAnyCancelled = true;
  return jsonReply(reply, { cancelled: isAnyCancelled });
}

interface JobIdsProblem {
  readonly error: string;
  readonly invalid_ids?: readonly string[];
}

/** The ids, or the error answer. Any text can be an id here (spec decisions.md 2). */
function readJobIds(request: FastifyRequest): string[] | JobIdsProblem {
  let ids: unknown;
  try {
    ids = jsonObjectBody(request)['job_ids'];
  } catch (error) {
    if (error instanceof ServerError) return { error: 'Request body must be valid JSON' };
    throw error;
  }
  if (!Array.isArray(ids)) return { error: 'job_ids must be a list' };
  const invalid = ids.filter(id => typeof id !== 'string' || id === '');
  if (invalid.length === 0) return ids;
  return { error: 'job_ids contains invalid id(s)', invalid_ids: invalid.map(String) };
}
