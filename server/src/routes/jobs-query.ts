// Query of `GET /api/jobs` (spec http.md 5): filters, order and page, or the text of the first thing that is wrong.
import { JOB_STATUSES, type JobListQuery, type JobStatus } from '@snug/store';
import { parseInteger } from '../http/query-values.ts';

type QueryLookup = (name: string) => string | undefined;

function isJobStatus(text: string): text is JobStatus {
  return JOB_STATUSES.some(status => status === text);
}

/** Answers the query, or an error text. */
export function readJobsQuery(lookUp: QueryLookup): JobListQuery | string {
  const wanted = (lookUp('status') ?? '').split(',').map(text => text.trim().toLowerCase());
  const named = wanted.filter(text => text !== '');
  const unknown = named.filter(text => !isJobStatus(text));
  if (unknown.length > 0) {
    return `Invalid status value(s): ${unknown.join(', ')}. Valid values: ${JOB_STATUSES.join(', ')}`;
  }
  const sortBy = lookUp('sort_by') ?? 'created_at';
  if (sortBy !== 'created_at' && sortBy !== 'execution_duration') {
    return "sort_by must be 'created_at' or 'execution_duration'";
  }
  const sortOrder = lookUp('sort_order') ?? 'desc';
  if (sortOrder !== 'asc' && sortOrder !== 'desc') return "sort_order must be 'asc' or 'desc'";
  const page = readPage(lookUp('limit'), lookUp('offset'));
  if (typeof page === 'string') return page;
  const workflowId = lookUp('workflow_id');
  return {
    ...(named.length > 0 && { statuses: named.filter(isJobStatus) }),
    ...(workflowId !== undefined && { workflowId }),
    sortBy,
    isDescending: sortOrder === 'desc',
    ...page,
  };
}

function readPage(
  limitText: string | undefined,
  offsetText: string | undefined,
): Pick<JobListQuery, 'limit' | 'offset'> | string {
  const limit = limitText === undefined ? null : parseInteger(limitText);
  if (limit === undefined) return 'limit must be an integer';
  if (limit !== null && limit <= 0) return 'limit must be a positive integer';
  const offset = offsetText === undefined ? 0 : parseInteger(offsetText);
  if (offset === undefined) return 'offset must be an integer';
  return { ...(limit !== null && { limit }), offset: Math.max(offset, 0) };
}
