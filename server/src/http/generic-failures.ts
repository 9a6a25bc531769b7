// What happens when no handler answers (spec http.md 1.8): unknown paths, wrong methods, bodies over the limit, thrown errors.
// The reference's web root takes every GET and HEAD that no handler knows, so those are 404 with an empty body, and other
// methods on any path outside `/internal` are told that GET and HEAD exist.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reasonOf, ServerError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { emptyReply, textReply } from './replies.ts';
import type { RouteTable } from './route-table.ts';

/** Path of a request without its query, still encoded. */
export function pathOf(request: FastifyRequest): string {
  const query = request.url.indexOf('?');
  return query < 0 ? request.url : request.url.slice(0, query);
}

/** `/internal` is an application of its own: no `/api` prefix, and the web root does not reach into it. */
export function isInternalPath(path: string): boolean {
  return path.startsWith('/internal/');
}

/** Answers a request that neither a route nor the web root took. */
export function unmatchedReply(request: FastifyRequest, reply: FastifyReply, table: RouteTable): FastifyReply {
  const path = pathOf(request);
  const methods = new Set(table.methodsOf(path));
  if (!isInternalPath(path)) methods.add('GET').add('HEAD');
  if (methods.size === 0) return textReply(reply, 404, '404: Not Found');
  reply.header('allow', [...methods].sort().join(','));
  return textReply(reply, 405, '405: Method Not Allowed');
}

/** Anything thrown by a handler or by Fastify while it read the request. */
export function failureReply(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const error = normalizeBodyErrors(thrown, request);
  const status = statusOf(error);
  const details = { method: request.method, url: request.url, err: error };
  if (isTemporary(error)) {
    log.warn(details, 'request refused for now');
    return textReply(notNow(reply), 503, `503 Service Unavailable\n\n${reasonOf(error)}`);
  }
  if (status === 413 && error instanceof ServerError) return tooLargeReply(error, request, reply);
  if (status < 500) {
    log.debug(details, 'request refused');
    return emptyReply(reply, status);
  }
  if (error instanceof ServerError) log.warn(details, error.message);
  else log.error(details, 'request failed');
  reply.header('connection', 'close');
  return textReply(reply, 500, '500 Internal Server Error\n\nServer got itself in trouble');
}

/**
 * The rest of the body is read and thrown away: a client that is still sending when the connection ends learns of a broken pipe
 * instead of the limit. Node's time limit for whole requests ends those that never stop.
 */
function tooLargeReply(error: ServerError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.raw.resume();
  return textReply(reply.removeHeader('connection'), 413, error.message);
}

/** Time after which a refused request may be sent again: a worker process starts within seconds. */
const RETRY_AFTER_SECONDS = 5;

/** Marks an answer to a request that found no worker process; sent again a little later, it may be fulfilled. */
export function notNow(reply: FastifyReply): FastifyReply {
  return reply.header('retry-after', String(RETRY_AFTER_SECONDS));
}

function isTemporary(error: unknown): boolean {
  return (error as { isTemporary?: unknown } | null)?.isTemporary === true;
}

const tooLargeCodes: ReadonlySet<unknown> = new Set(['FST_ERR_CTP_BODY_TOO_LARGE', 'FST_REQ_FILE_TOO_LARGE']);

/** Gives Fastify's body limit errors our wording. */
function normalizeBodyErrors(thrown: unknown, request: FastifyRequest): unknown {
  if (!tooLargeCodes.has((thrown as { code?: unknown } | null)?.code)) return thrown;
  const limit = request.server.initialConfig.bodyLimit ?? 0;
  const actual = request.headers['content-length'] ?? `more than ${limit}`;
  return new ServerError('BODY_TOO_LARGE', { limit, actual }, { cause: thrown });
}

/** Client errors of Fastify and its form parser keep their status; everything unknown is our fault. */
function statusOf(error: unknown): number {
  if (error instanceof ServerError) return error.status;
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
