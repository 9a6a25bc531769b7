// Composition of the server: options in, a thing that listens and closes out. Everything it works with is injected.
import { stat } from 'node:fs/promises';
import type { PublishedEvent } from '@snug/protocol';
import type { FastifyInstance } from 'fastify';
import { identifyingListener } from './assets/identified-events.ts';
import { createOutputIdentifier } from './assets/output-identifier.ts';
import { watchAssets } from './assets/watch-assets.ts';
import { ServerError } from './errors.ts';
import { serverFeatureFlags } from './feature-flags.ts';
import { healthRoutes } from './health/health-routes.ts';
import { createApp } from './http/app.ts';
import { type Listeners, type ListeningAddress, openListeners } from './http/listeners.ts';
import { textReply } from './http/replies.ts';
import type { Route } from './http/route-table.ts';
import { createRunLog } from './logs/run-log.ts';
import { metricsRoute } from './metrics/metrics-route.ts';
import { openApiRoute } from './openapi/openapi-route.ts';
import { createPromptCounter } from './prompt-counter.ts';
import { assetRoutes } from './routes/asset-routes.ts';
import { assetSeedRoutes } from './routes/asset-seed-routes.ts';
import { assetTagRoutes } from './routes/asset-tag-routes.ts';
import { assetUploadRoutes } from './routes/asset-upload-routes.ts';
import { controlRoutes } from './routes/control-routes.ts';
import { extensionRoutes } from './routes/extension-routes.ts';
import { frontEndRoutes, sendWebFile } from './routes/front-end.ts';
import { historyRoutes } from './routes/history-routes.ts';
import { internalRoutes } from './routes/internal-routes.ts';
import { jobsRoutes } from './routes/jobs-routes.ts';
import { modelBrowserRoutes } from './routes/model-browser-routes.ts';
import { modelRoutes } from './routes/model-routes.ts';
import { objectInfoRoutes } from './routes/object-info-routes.ts';
import { promptRoutes } from './routes/prompt-routes.ts';
import { queueRoutes } from './routes/queue-routes.ts';
import { settingsRoutes } from './routes/settings-routes.ts';
import { socketDoc } from './routes/system-docs.ts';
import { systemRoutes } from './routes/system-routes.ts';
import { uploadRoutes } from './routes/upload-routes.ts';
import { userdataRoutes } from './routes/userdata-routes.ts';
import { userdataTreeRoutes } from './routes/userdata-tree-routes.ts';
import { usersRoutes } from './routes/users-routes.ts';
import { viewRoutes } from './routes/view-routes.ts';
import { workflowRoutes } from './routes/workflow-routes.ts';
import { createContext, type ServerContext } from './server-context.ts';
import type { ServerOptions } from './server-options.ts';
import { SocketHub } from './websocket/socket-hub.ts';
import { createSocketUpgrades } from './websocket/socket-upgrade.ts';
import { createWorkflowConverter } from './workflows/workflow-converter.ts';

const PING_INTERVAL_MS = 30_000;

/** Time that requests in progress get when the server closes. */
const CLOSE_GRACE_MS = 3000;

export interface SnugServer {
  /** The HTTP application, for `inject`. */
  readonly app: FastifyInstance;
  /** Starts to listen on every address. Throws `ADDRESS_UNAVAILABLE`. */
  listen(): Promise<readonly ListeningAddress[]>;
  /** Closes sockets with 1001, stops accepting, and waits a little for requests in progress. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Builds a server; nothing listens yet. Throws `FRONT_END_ROOT_MISSING`. The adapters stay the caller's to close. */
export async function createServer(options: ServerOptions): Promise<SnugServer> {
  const context = createContext(options, await createPromptCounter(options.jobs));
  await requireFolder(context.frontEndRoot);
  const formRoutes = [...uploadRoutes(context), ...assetUploadRoutes(context)];
  const plainRoutes = routesOf(context);
  const description = openApiRoute(context, () => [...plainRoutes, ...formRoutes, description]);
  const app = createApp(context, {
    routes: [...plainRoutes, description],
    formRoutes,
    webRoot: (request, reply) => sendWebFile(request, reply, context),
  });
  const [queueRemaining] = await Promise.all([context.jobs.remaining(), app.ready()]);
  const hub = new SocketHub({
    queueRemaining,
    featureFlags: serverFeatureFlags(context),
    logger: context.logger,
    counters: context.metrics.sockets,
  });
  const observeRun = createRunLog(context.logger);
  const listen = (event: PublishedEvent): void => {
    context.metrics.observe(event);
    hub.deliver(event);
    observeRun(event);
  };
  const { assets, blobs, logger } = context;
  const unsubscribe = context.events.subscribe(
    assets === null ? listen : identifyingListener(createOutputIdentifier({ assets, blobs, logger }), listen),
  );
  const unsubscribeLogs = context.logSubscriptions.start((clientId, event) => hub.sendTo(clientId, 'logs', event));
  const stopAssets = watchAssets(context);
  const pings = setInterval(() => hub.beat(), PING_INTERVAL_MS).unref();
  let listeners: Listeners | undefined;
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    clearInterval(pings);
    unsubscribe();
    stopAssets();
    unsubscribeLogs();
    hub.close();
    await listeners?.close({ graceMs: CLOSE_GRACE_MS });
    await app.close();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  return {
    app,
    listen: async () => {
      const upgrades = createSocketUpgrades(hub, { isOriginChecked: context.corsOrigin === null });
      listeners = await openListeners({
        hosts: context.listen,
        port: context.port,
        more: context.moreListeners,
        tls: context.tls,
        onRequest: (request, response) => app.routing(request, response),
        onServer: server => upgrades.attach(server),
        logger: context.logger,
      });
      return listeners.addresses;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function routesOf(context: ServerContext): readonly Route[] {
  const converter = createWorkflowConverter(context.runner);
  return [
    ...promptRoutes(context, converter),
    ...workflowRoutes(converter),
    ...queueRoutes(context),
    ...historyRoutes(context),
    ...jobsRoutes(context),
    ...controlRoutes(context),
    ...objectInfoRoutes(context),
    ...systemRoutes(context),
    ...modelRoutes(context),
    ...modelBrowserRoutes(context),
    ...extensionRoutes(context),
    ...internalRoutes(context),
    ...viewRoutes(context),
    ...usersRoutes(context),
    ...settingsRoutes(context),
    ...userdataRoutes(context),
    ...userdataTreeRoutes(context),
    ...assetRoutes(context),
    ...assetTagRoutes(context),
    ...assetSeedRoutes(context),
    ...frontEndRoutes(context),
    plainSocketRoute,
    ...healthRoutes(context),
    metricsRoute(context),
  ];
}

/** A request for the socket without an upgrade (spec http.md 1.8). */
const plainSocketRoute: Route = {
  method: 'GET',
  path: '/ws',
  doc: socketDoc,
  handler: (_request, reply) =>
    textReply(reply, 400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".'),
};

async function requireFolder(path: string | null): Promise<void> {
  if (path === null) return;
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error || !found.isDirectory()) {
    throw new ServerError('FRONT_END_ROOT_MISSING', { path }, found instanceof Error ? { cause: found } : {});
  }
}
