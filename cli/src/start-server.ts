// The composition root: adapters chosen, rooms wired, started and stopped in order. The database comes first, because its
// lock keeps a second server out of the same user folder; the worker process comes last, because nobody waits for it.
import { join } from 'node:path';
import {
  createOutputIdentifier,
  createServer,
  type ListeningAddress,
  type LogRing,
  localModelFolders,
  type PromptRunner,
} from '@snug/server';
import {
  createFolderPaths,
  createLocalEventBus,
  type FolderPaths,
  openDiskBlobStore,
  openDiskUserStore,
  openSqliteJobStore,
} from '@snug/store';
import type { WorkerHost, WorkerHostOptions } from '@snug/worker';
import { choosePacks } from './choose-packs.ts';
import { CloseStack } from './close-stack.ts';
import { type Config, processEnvironment } from './config.ts';
import { CliError } from './errors.ts';
import { parseFrontEndVersion } from './front-end-version.ts';
import { imageCodec } from './image-codec.ts';
import { checkListenPolicy, urlOf } from './listen-policy.ts';
import type { Logger } from './logger.ts';
import { openAssets } from './open-assets.ts';
import { childOptions, folderOptions, furtherListeners, httpOptions } from './server-settings.ts';

export interface StartOptions {
  readonly config: Config;
  /** Command line as typed; echoed by /system_stats. */
  readonly argv: readonly string[];
  readonly logger: Logger;
  /** What the logger was told to record into, for clients that show the log. */
  readonly logs?: LogRing;
}

export interface RunningServer {
  /** Address that a client on this machine can use. */
  readonly url: string;
  readonly folders: FolderPaths;
  /** Resolves when a worker process is ready. @throws when none can be started. */
  ready(): Promise<void>;
  /** Lets the running prompt end within the grace time, else puts it back into the queue; then closes everything. */
  close(): Promise<void>;
}

/** Starts a server; resolves when it listens, before any model or onnxruntime is loaded. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const stack = new CloseStack();
  try {
    return await openAll(options, stack);
  } catch (error) {
    await stack.close();
    throw error;
  }
}

async function openAll({ config, argv, logger, logs }: StartOptions, stack: CloseStack): Promise<RunningServer> {
  const addresses = [...config.listen, ...furtherListeners(config).map(({ host }) => host)];
  checkListenPolicy(addresses, { allowAnybody: config.insecureNoAuth });
  const http = await httpOptions(config, argv);
  const folders = await createFolderPaths(folderOptions(config));
  const packs = await choosePacks(folders.foldersOf('custom_nodes') ?? [], config, logger);
  const retention = { maxEntries: config.historyEntries };
  const jobs = await openSqliteJobStore({ path: join(folders.user, 'snug.db'), retention });
  stack.defer(() => jobs.close());
  const assets = await openAssets(config, folders);
  stack.defer(async () => assets?.close());
  const blobs = await openDiskBlobStore(folders);
  await blobs.clearTemp();
  stack.defer(() => blobs.clearTemp());
  const events = createLocalEventBus();
  let announceHost: (host: WorkerHost) => void = () => undefined;
  let abandonHost = (): void => undefined;
  const hostStarted = new Promise<WorkerHost>((resolve, reject) => {
    announceHost = resolve;
    abandonHost = () => reject(new CliError('SERVER_STOPPED'));
  });
  hostStarted.catch(() => undefined); // Told to the requests that wait for it, if there are any.
  const server = await createServer({
    ...http,
    frontEndRoot: http.frontEndRoot ?? (await fetchedFrontEnd(config, folders, logger)),
    jobs,
    events,
    blobs,
    users: openDiskUserStore({
      folder: folders.user,
      onDamage: problem => logger.warn({ code: problem.code }, problem.message),
    }),
    assets,
    runner: deferredRunner(hostStarted),
    models: localModelFolders(folders),
    imageCodec,
    nodePacks: packs,
    ...(logs === undefined ? {} : { logs }),
    logger: logger.child({ room: 'server' }),
  });
  stack.defer(() => server.close());
  stack.defer(() => abandonHost());
  const url = announce(await server.listen(), config, logger);
  void assets?.seed(['models', 'input', 'output']); // in the background; its outcome is in the status
  const host = await createHost({
    jobs,
    events,
    childOptions: childOptions(
      config,
      packs.map(({ url }) => url),
    ),
    interruptGraceMs: config.interruptGrace * 1000,
    ...(assets !== null && { completeOutputs: createOutputIdentifier({ assets, blobs, logger }).ofPrompt }),
    environment: processEnvironment(),
    logger: logger.child({ room: 'worker' }),
  });
  stack.defer(() => host.stop({ runLimitMs: config.shutdownGrace * 1000 }));
  await host.start();
  announceHost(host);
  return { url, folders, ready: async () => void (await host.stats()), close: () => stack.close() };
}

/** The worker room is loaded when the server listens already: requests that come before that wait for it. */
async function createHost(options: WorkerHostOptions): Promise<WorkerHost> {
  const { createWorkerHost } = await import('@snug/worker');
  return createWorkerHost(options);
}

function deferredRunner(host: Promise<WorkerHost>): PromptRunner {
  return {
    validate: async (prompt, options) => (await host).validate(prompt, options),
    objectInfo: async () => (await host).objectInfo(),
    objectInfoOf: async classType => (await host).objectInfoOf(classType),
    interrupt: async promptId => (await host).interrupt(promptId),
    free: async request => (await host).free(request),
    devices: async () => (await host).devices(),
    // Asked by supervisors that want an answer at once: a worker room that is still loading counts as starting.
    health: async () =>
      (await Promise.race([host, undefined]))?.health() ?? { state: 'starting', reason: 'it is loading', restarts: 0 },
    memory: async () => (await host).memory(),
  };
}

function announce(addresses: readonly ListeningAddress[], config: Config, logger: Logger): string {
  const urls = addresses.map(({ host, port }) => urlOf(host, port, config.tlsKeyfile === undefined ? 'http' : 'https'));
  for (const url of urls) {
    logger.info(`Listening on ${url}`);
  }
  return urls[0] ?? '';
}

/** Folder of the release that --front-end-version names; null for the built-in page. */
async function fetchedFrontEnd(config: Config, folders: FolderPaths, logger: Logger): Promise<string | null> {
  const wanted = config.frontEndVersion === undefined ? undefined : parseFrontEndVersion(config.frontEndVersion);
  if (wanted === undefined) {
    return null;
  }
  const { provideFrontEnd } = await import('./front-end-cache.ts');
  return provideFrontEnd(wanted, {
    userFolder: folders.user,
    isOffline: config.offline,
    onNotice: notice => logger.info(notice),
  });
}
