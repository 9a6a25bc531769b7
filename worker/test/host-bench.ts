// A worker host with a real SQLite store, a real child process and folders of its own.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ExecutionEvent,
  type FinishedJob,
  type Prompt,
  type PublishedEvent,
  parseLossless,
  stringifyLossless,
} from '@snug/protocol';
import { createLocalEventBus, type JobStore, openSqliteJobStore } from '@snug/store';
import { createWorkerHost, type WorkerHost, type WorkerHostOptions } from '../src/index.ts';

export const troublePack = new URL('packs/trouble-pack.mjs', import.meta.url).href;

const builtChild = fileURLToPath(new URL('../dist/child/main.js', import.meta.url));
if (!existsSync(builtChild)) throw new Error('Build the worker before its tests: npx tsc -b worker');

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

export interface HostBench {
  readonly folder: string;
  readonly jobs: JobStore;
  readonly host: WorkerHost;
  readonly events: readonly PublishedEvent[];
  readonly log: readonly LogLine[];
  /** Puts a prompt into the queue as a server would, without checking it. */
  submit(promptId: string, prompt: object, outputs: readonly string[]): Promise<void>;
  /** Resolves with the first event, past or future, that satisfies the test. */
  event(test: (event: PublishedEvent) => boolean): Promise<PublishedEvent>;
  /** The history entry, once the last event of the run has been published. */
  finished(promptId: string): Promise<FinishedJob>;
  /** Events of one run in order, queue counts as numbers. */
  runEvents(promptId: string): (ExecutionEvent | number)[];
  close(): Promise<void>;
}

export interface HostBenchOptions extends Partial<Omit<WorkerHostOptions, 'jobs' | 'events' | 'childOptions'>> {
  readonly folder?: string;
  readonly extraPacks?: readonly string[];
  /** Puts something between the host and the store. */
  readonly wrapJobs?: (jobs: JobStore) => JobStore;
}

export async function createHostBench({
  extraPacks,
  wrapJobs = jobs => jobs,
  ...options
}: HostBenchOptions = {}): Promise<HostBench> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'snug-host-')));
  const jobs = await openSqliteJobStore({ path: join(folder, 'jobs.db') });
  const bus = createLocalEventBus();
  const events: PublishedEvent[] = [];
  const watchers = new Set<() => void>();
  bus.subscribe(event => {
    events.push(event);
    for (const watch of [...watchers]) watch();
  });
  const log: LogLine[] = [];
  const write = (level: string) => (fields: object, message: string) => void log.push({ level, message, fields });
  const host = createWorkerHost({
    environment: {},
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    ...options,
    jobs: wrapJobs(jobs),
    events: bus,
    childOptions: {
      folders: { base: folder },
      settings: { disableMetadata: false, previewMethod: 'none', previewSize: 512 },
      extraPacks: extraPacks ?? [troublePack],
    },
  });
  let submitted = 0;

  const event: HostBench['event'] = test =>
    new Promise(resolve => {
      const watch = (): void => {
        const found = events.find(test);
        if (found === undefined) return;
        watchers.delete(watch);
        resolve(found);
      };
      watchers.add(watch);
      watch();
    });

  return {
    folder,
    jobs,
    host,
    events,
    log,
    event,
    submit: (promptId, prompt, outputsToExecute) =>
      jobs.submit({
        promptId,
        number: submitted++,
        numberIsFloat: false,
        clientId: 'client',
        promptJson: stringifyLossless(prompt),
        extraDataJson: '{"client_id":"client"}',
        sensitiveJson: null,
        outputsToExecute,
        createdAtMs: Date.now(),
      }),
    async finished(promptId) {
      await event(published => isEndMarker(published, promptId));
      const entry = await jobs.historyEntry(promptId);
      if (entry === undefined) throw new Error(`${promptId} has no history entry`);
      return entry;
    },
    runEvents: promptId =>
      events.flatMap((published): (ExecutionEvent | number)[] => {
        if (published.kind === 'queue') return [published.remaining];
        return published.promptId === promptId ? [published.event] : [];
      }),
    async close() {
      await host.stop({ runLimitMs: 0, abortLimitMs: 500 });
      await jobs.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

export function isEndMarker(published: PublishedEvent, promptId: string): boolean {
  if (published.kind !== 'run' || published.promptId !== promptId) return false;
  return published.event.type === 'executing' && published.event.data.node === null;
}

/** True for the event that says that a node starts. */
export function isStartOf(published: PublishedEvent, promptId: string, node: string): boolean {
  if (published.kind !== 'run' || published.promptId !== promptId) return false;
  return published.event.type === 'executing' && published.event.data.node === node;
}

/** A prompt as the server parses it. */
export const promptOf = (prompt: object): Prompt => parseLossless(stringifyLossless(prompt)) as unknown as Prompt;
