// The worker as the rest of the process sees it: takes jobs from the store, has a child process run them, checks prompts and
// describes nodes. Structurally a `PromptRunner` of the server; loads no model, no onnxruntime and no image codec.
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { EventBus, JobStore } from '@snug/store';
import type { ChildOptions } from '../child-options.ts';
import type { ChildStats } from '../messages.ts';
import { ChildSupervisor, type WorkerHealth } from './child-supervisor.ts';
import { type DeviceStats, deviceStats } from './device-stats.ts';
import { HostCatalogue } from './host-catalogue.ts';
import { JobLoop } from './job-loop.ts';
import { type Logger, silentLogger } from './logger.ts';
import { createPromptChecker, type PromptChecker } from './prompt-checker.ts';

/** How much longer than a node the whole child may take to react to an interrupt. */
const BLOCKED_CHILD_MS = 1_000;

export interface WorkerHostOptions {
  readonly jobs: JobStore;
  readonly events: EventBus;
  /** What the child is told when it starts: folders, engine, caches, packs. */
  readonly childOptions: Omit<ChildOptions, 'interruptGraceMs'>;
  /** Environment of the child: time zone, drivers, home folder. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logger?: Logger;
  /** Name under which jobs are claimed; default host name and process id. */
  readonly workerId?: string;
  /** Program of the child; default the built one of this package. */
  readonly childModulePath?: string;
  /** Time between an interrupt and the end of a child that does not react; default 30 s. */
  readonly interruptGraceMs?: number;
  /** How long requests wait for a child that is starting; default 30 s. */
  readonly readyLimitMs?: number;
  /** How long requests wait for the child's answer; default 60 s, since a node may compute on the child's main thread. */
  readonly requestLimitMs?: number;
  /** A child that is not ready after this time is replaced; default 60 s. */
  readonly startLimitMs?: number;
  /** Failed starts in a row after which requests fail at once; default 3. */
  readonly failuresUntilUnavailable?: number;
  /** A job that was started this often and never ended is failed; default 3. */
  readonly maxAttempts?: number;
  /** Completes the UI outputs of a prompt (JSON text) before they go into the history, e.g. with ids of files. */
  readonly completeOutputs?: (outputsJson: string, promptId: string) => Promise<string>;
}

export interface StopOptions {
  /** How long the running prompt may take to end by itself; default 5 s. */
  readonly runLimitMs?: number;
  /** How long an aborted prompt may take before its child is killed; default 5 s. */
  readonly abortLimitMs?: number;
  /** How long the child may take to close its sessions; default 5 s. */
  readonly childLimitMs?: number;
}

export interface WorkerHost extends PromptChecker {
  /** Returns jobs of a server that died to the queue, starts the child and begins to claim. Does not wait for the child. */
  start(): Promise<void>;
  /** Resolves when a child is ready; never, when none ever is. */
  ready(): Promise<void>;
  /** Interrupts the running prompt; with an id only if that one is running. Answers whether something was told to stop. */
  interrupt(promptId?: string): Promise<boolean>;
  /** Applied at once when idle, else after the running prompt; resolves at once in that case. */
  free(request: { unloadModels: boolean; freeMemory: boolean }): Promise<void>;
  devices(): Promise<readonly DeviceStats[]>;
  /** How it stands with the child; answers at once. */
  health(): Promise<WorkerHealth>;
  /** Memory of the child as the server reports it. @throws WorkerError */
  memory(): Promise<{ readonly residentBytes: number; readonly privateBytes: number }>;
  /** Memory of the child. @throws WorkerError */
  stats(): Promise<ChildStats>;
  /** Stops claiming, lets the running prompt end or returns it to the queue, ends the child. */
  stop(options?: StopOptions): Promise<void>;
}

/** Makes a host; nothing happens before `start`. */
export function createWorkerHost(options: WorkerHostOptions): WorkerHost {
  const { jobs, childOptions, logger = silentLogger, readyLimitMs = 30_000, requestLimitMs = 60_000 } = options;
  const interruptGraceMs = options.interruptGraceMs ?? 30_000;
  const workerId = options.workerId ?? `${hostname()}-${process.pid}`;
  const catalogue = new HostCatalogue();
  const supervisor = new ChildSupervisor({
    modulePath: options.childModulePath ?? builtChildPath(),
    childOptions: { ...childOptions, interruptGraceMs },
    environment: options.environment,
    logger,
    startLimitMs: options.startLimitMs ?? 60_000,
    failuresUntilUnavailable: options.failuresUntilUnavailable ?? 3,
    onReady: (_, all) => catalogue.replace(all),
    onMessage: (child, message) => loop.receive(child, message),
  });
  const loop = new JobLoop({
    jobs,
    events: options.events,
    supervisor,
    workerId,
    logger,
    maxAttempts: options.maxAttempts ?? 3,
    completeOutputs: options.completeOutputs ?? (async outputsJson => outputsJson),
    // The child ends such a run itself, unless its event loop is blocked.
    interruptGraceMs: interruptGraceMs + BLOCKED_CHILD_MS,
    requestLimitMs,
  });
  const stats = async (): Promise<ChildStats> =>
    (await supervisor.whenReady(readyLimitMs)).request('stats', {}, requestLimitMs);
  return {
    ...createPromptChecker({ supervisor, catalogue, logger, readyLimitMs, requestLimitMs }),
    async start() {
      const requeued = await jobs.requeue();
      if (requeued.length > 0) logger.warn({ promptIds: requeued }, 'Jobs of an earlier process are run again');
      supervisor.start();
      loop.start();
    },
    ready: async () => void (await supervisor.whenReady()),
    interrupt: async promptId => loop.interrupt(promptId),
    free: async request => {
      // Freeing all memory includes the models (spec http.md 4.7).
      const unloadModels = request.unloadModels || request.freeMemory;
      if (unloadModels) await loop.free({ unloadModels, freeMemory: request.freeMemory });
    },
    devices: async () => [deviceStats(childOptions.engine?.device)],
    health: async () => supervisor.health,
    memory: async () => {
      const { rssBytes, privateBytes } = await stats();
      return { residentBytes: rssBytes, privateBytes };
    },
    stats,
    async stop({ runLimitMs = 5_000, abortLimitMs = 5_000, childLimitMs = 5_000 } = {}) {
      supervisor.replaceNoMore();
      await loop.drain(runLimitMs, abortLimitMs);
      await supervisor.stop(childLimitMs);
      await loop.finished;
      await jobs.requeue({ workerId, undoAttempt: true });
    },
  };
}

/** The child's program beside this file; when this file runs from source, the built one. */
function builtChildPath(): string {
  const beside = fileURLToPath(new URL('../child/main.js', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../../dist/child/main.js', import.meta.url));
}
