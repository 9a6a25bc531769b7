// Puts the child together: engine, files, node classes, executor, and the service that answers the host. Nothing heavy is
// loaded here; onnxruntime and the image codec come with the first node that needs them.
import { createEngine } from '@snug/engine';
import { createExecutor, NodeRegistry } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import { type BlobStore, createFolderPaths, openDiskBlobStore } from '@snug/store';
import { type ChildOptions, LOADING_PACK } from '../child-options.ts';
import type { ChildMessage, HostMessage, LogLevel } from '../messages.ts';
import { BREADCRUMB_DESCRIPTOR, createBreadcrumbWriter } from './breadcrumb-writer.ts';
import { createCatalogueBook } from './catalogue-book.ts';
import { createChildService } from './child-service.ts';
import { registerExtraPacks } from './extra-packs.ts';
import { createFolderListing } from './folder-listing.ts';
import { createLiveLists } from './live-lists.ts';
import { createNodeFiles } from './node-files.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPromptRunner } from './prompt-runner.ts';

/** Builds everything, announces the node classes, and answers the receiver of the host's further messages. */
export async function startChild(
  options: ChildOptions,
  send: (batch: readonly ChildMessage[]) => void,
): Promise<(message: HostMessage) => void> {
  const outbox = createOutbox(send);
  const log = createLog(outbox);
  const engine = createEngine(options.engine);
  const folders = await createFolderPaths(options.folders);
  const blobs = await openDiskBlobStore(folders);
  const files = createNodeFiles(blobs);
  const inputLists = inputListings(folders.input, blobs);
  const lists = createLiveLists(async key => inputLists.get(key)?.() ?? (folders.foldersOf(key) && folders.list(key)));
  const models = {
    list: lists.list,
    resolve: async (key: string, name: string) => folders.resolve(key, name),
  };
  const env = {
    models,
    files,
    inputFiles: () => lists.list(INPUT_FILES),
    inputFolders: () => lists.list(INPUT_FOLDERS),
  };

  const registry = new NodeRegistry();
  registry.registerPack(builtinPack);
  const noteNode = createBreadcrumbWriter(BREADCRUMB_DESCRIPTOR);
  await registerExtraPacks(registry, options.extraPacks ?? [], {
    loading: index => noteNode(LOADING_PACK, String(index)),
    loaded: (url, { name, nodes }) => log('info', `Node pack "${name}" loaded`, { url, nodes: nodes.length }),
    failed: error => log('error', error.message, { stack: stackOf(error) }),
    replaced: (url, ids) => log('warn', `The node pack "${url}" replaces nodes of another one`, { ids }),
  });

  const unloadModels = () => engine.unloadModels();
  const executor = createExecutor({
    registry,
    ...(options.cache && { cache: options.cache }),
    services: { engine, models, files, settings: options.settings, warn: message => log('warn', message, {}) },
    env,
    interruptGraceMs: options.interruptGraceMs,
    onOutOfMemory: unloadModels,
    onWarning: (message, cause) => log('warn', message, { cause: stackOf(cause) }),
  });
  const service = createChildService({
    registry,
    env,
    lists,
    book: createCatalogueBook(registry, env, (classType, error) =>
      log('error', `The node class "${classType}" cannot be described and is left out`, { cause: stackOf(error) }),
    ),
    executor,
    runner: createPromptRunner({
      executor,
      outbox,
      noteNode,
    }),
    outbox,
    unloadModels,
    stats: async () => ({ rssBytes: process.memoryUsage.rss(), ...engine.memory() }),
  });
  await service.announce();
  return message => {
    if (message.type === 'shutdown') void engine[Symbol.asyncDispose]().then(() => process.exit(0));
    else if (message.type !== 'start') service.receive(message);
  };
}

/** Keys of live lists that no model folder can have. */
const INPUT_FILES = '\0input files';
const INPUT_FOLDERS = '\0input folders';

/** Readers of the files and of the folders that are directly in the input folder. */
function inputListings(path: string, blobs: BlobStore): ReadonlyMap<string, () => Promise<readonly string[]>> {
  const listing = (wantsFolders: boolean) =>
    createFolderListing(path, async () =>
      (await blobs.list('input')).flatMap(({ name, isFolder }) => (isFolder === wantsFolders ? [name] : [])),
    );
  return new Map([
    [INPUT_FILES, listing(false)],
    [INPUT_FOLDERS, listing(true)],
  ]);
}

/** Log lines travel to the host, whose logger knows where they belong. */
function createLog(outbox: Outbox) {
  return (level: LogLevel, message: string, fields: Record<string, unknown>): void =>
    outbox.post({ type: 'log', level, message, fields });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
