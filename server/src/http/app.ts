// The Fastify instance: what happens to every request before and after its handler (spec http.md 1). Routes come from
// elsewhere; nothing here knows what they do.
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { countRequests } from '../metrics/metrics-route.ts';
import type { ServerContext } from '../server-context.ts';
import { cacheControlFor } from './cache-control.ts';
import { compressPayload } from './compression.ts';
import { contentSecurityPolicy, corsHeaders } from './cors.ts';
import { failureReply, isInternalPath, pathOf, unmatchedReply } from './generic-failures.ts';
import { isForeignRequest } from './origin-guard.ts';
import { emptyReply, textReply } from './replies.ts';
import { type Route, RouteTable } from './route-table.ts';

export interface AppRoutes {
  readonly routes: readonly Route[];
  /** Routes that read multipart forms. */
  readonly formRoutes: readonly Route[];
  /** Takes every GET and HEAD outside `/internal` that no route knows. */
  readonly webRoot: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
}

/** Builds the instance; it is ready after `app.ready()`. */
export function createApp(context: ServerContext, { routes, formRoutes, webRoot }: AppRoutes): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: context.maxUploadBytes,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 8192 },
    // Routes have no schemas; the default compilers cost 40 ms of every start.
    schemaController: { compilersFactory: { buildValidator: () => refuseSchema, buildSerializer: () => refuseSchema } },
    // Escapes that are no UTF-8 name nothing. Such requests never reach the hooks.
    frameworkErrors: (_error, _request, reply) =>
      textReply(reply.headers(fixedHeaders(context)), 404, '404: Not Found'),
  });
  const table = new RouteTable();
  readBodiesAsBytes(app);
  addRequestRules(app, context);
  addResponseRules(app, context);
  countRequests(app, context.metrics);
  app.setErrorHandler((error, request, reply) => failureReply(error, request, reply, context.logger));
  app.setNotFoundHandler((request, reply) => {
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    if (isReading && !isInternalPath(pathOf(request))) return webRoot(request, reply);
    return unmatchedReply(request, reply, table);
  });
  table.add(app, routes);
  app.register((forms, _options, done) => {
    forms.register(multipart, {
      preservePath: true,
      limits: { fileSize: context.maxUploadBytes, files: 16, fields: 256, parts: 272 },
    });
    table.add(forms, formRoutes);
    done();
  });
  return app;
}

function refuseSchema(): never {
  throw new TypeError('Routes of this server have no schemas: answers go out exactly as their handlers make them.');
}

/** Every body is bytes, whatever it calls itself: each handler knows what it expects (spec http.md 1.2). */
function readBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** What every answer carries, failures included. */
function fixedHeaders({ corsOrigin, contentSecurityPolicy: isConfined }: ServerContext): Record<string, string> {
  return {
    ...(corsOrigin !== null && corsHeaders(corsOrigin)),
    ...(isConfined && { 'content-security-policy': contentSecurityPolicy }),
  };
}

/** Headers and refusals that come before routing matters: origin, OPTIONS, the declared content type. */
function addRequestRules(app: FastifyInstance, context: ServerContext): void {
  const { corsOrigin } = context;
  const headers = fixedHeaders(context);
  const hasHeaders = Object.keys(headers).length > 0;
  app.addHook('onRequest', (request, reply, done) => {
    if (hasHeaders) reply.headers(headers);
    const proceed = (isForeign: boolean): void => {
      if (isForeign) emptyReply(reply, 403);
      else if (request.method === 'OPTIONS') emptyReply(reply);
      else {
        forgetContentType(request);
        done();
      }
    };
    const verdict = corsOrigin === null && isForeignRequest(request.headers);
    if (typeof verdict === 'boolean') proceed(verdict);
    else verdict.then(proceed, done);
  });
}

/** Fastify refuses malformed content types; only forms need theirs. */
function forgetContentType({ headers }: FastifyRequest): void {
  const declared = headers['content-type'];
  if (declared === undefined || declared === 'application/json') return;
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(declared)) delete headers['content-type'];
}

function addResponseRules(app: FastifyInstance, { compressResponses }: ServerContext): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const cacheControl = cacheControlFor(pathOf(request), reply.statusCode);
    if (cacheControl !== undefined && !reply.hasHeader('cache-control')) reply.header('cache-control', cacheControl);
    done(null, payload);
  });
  if (compressResponses) app.addHook('onSend', compressPayload);
}
