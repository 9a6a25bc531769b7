// Running prompts (spec execution.md sections 3 to 6). One executor owns the caches and runs one prompt at a time.
import type { ExecutionEvent, JsonObject, JsonValue, NodeId, Prompt, UiOutput } from '@snug/protocol';
import type { CacheOptions } from '../caches/cache-options.ts';
import { createCache } from '../caches/create-cache.ts';
import { NodeStates } from '../caches/node-states.ts';
import type { NodeMeta } from '../caches/result-cache.ts';
import type { NodeEnvironment, NodeServices } from '../contract/data-types.ts';
import type { NodeRegistry } from '../contract/node-registry.ts';
import { runPrompt } from './prompt-run.ts';
import type { ExecutorParts } from './run-state.ts';

export interface ExecutorOptions {
  readonly registry: NodeRegistry;
  /** Default `{ kind: 'ram' }`. */
  readonly cache?: CacheOptions;
  readonly services?: NodeServices;
  readonly env?: NodeEnvironment;
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number;
  /** Least time between two `progress` messages of one node; default 100, 0 sends all (spec websocket.md 5.4). */
  readonly progressIntervalMs?: number;
  /** How long an interrupted node may take to stop before the run ends without it; default 5000. */
  readonly interruptGraceMs?: number;
  /** True for errors that mean "out of memory", beside those with the code ENGINE_OUT_OF_MEMORY. */
  readonly isOutOfMemory?: (error: unknown) => boolean;
  /** Called once when a run ran out of memory, before its error is reported: unload models here. */
  readonly onOutOfMemory?: () => void | Promise<void>;
  /** Told of mishaps that do not fail a run, e.g. a fingerprint that threw. */
  readonly onWarning?: (message: string, cause: unknown) => void;
}

export interface RunRequest {
  readonly promptId: string;
  readonly clientId: string | null;
  /** Validated prompt; the run owns it and writes `is_changed` entries into it. */
  readonly prompt: Prompt;
  readonly extraData: JsonObject;
  /** Secrets taken out of `extraData`, for the hidden inputs that ask for them. */
  readonly sensitive: JsonObject | null;
  /** Output nodes to execute. */
  readonly outputs: readonly NodeId[];
  /** `continue_independent`: a failed node ends only what depends on it. Default `fail_fast`. */
  readonly failurePolicy?: 'fail_fast' | 'continue_independent';
  readonly signal: AbortSignal;
  readonly emit: (event: ExecutionEvent) => void;
}

export interface RunResult {
  readonly success: boolean;
  /** `status.messages` of the history entry. */
  readonly messages: readonly (readonly [event: string, data: JsonValue])[];
  readonly outputs: Readonly<Record<NodeId, UiOutput>>;
  readonly meta: Readonly<Record<NodeId, NodeMeta>>;
  /** Nodes that ignored the interrupt and still run: end the process to be rid of them. Normally empty. */
  readonly abandoned: readonly NodeId[];
}

export interface Executor {
  /** Runs a prompt to its one terminal event. Never rejects for what nodes do. */
  run(request: RunRequest): Promise<RunResult>;
  /** Forgets all cached results and node states. */
  reset(): void;
}

/** Options with their defaults filled in. */
export type ResolvedOptions = Required<Omit<ExecutorOptions, 'cache'>>;

/** For how many runs a node's state survives without use, in caches that remember more than the current prompt. */
const KEPT_STATE_RUNS = 100;

/** @throws ExecutionError INVALID_CACHE_OPTIONS */
export function createExecutor(options: ExecutorOptions): Executor {
  const cacheOptions = options.cache ?? { kind: 'ram' };
  const remembersPrompts = cacheOptions.kind === 'lru' || cacheOptions.kind === 'ram';
  const parts: ExecutorParts = {
    options: resolveOptions(options),
    cache: createCache(cacheOptions),
    states: new NodeStates(remembersPrompts ? KEPT_STATE_RUNS : 0),
  };
  let previous: Promise<unknown> = Promise.resolve();
  let isRunning = false;

  async function run(request: RunRequest): Promise<RunResult> {
    // Caches and states belong to one run at a time; a second caller waits for its turn.
    while (isRunning) await previous;
    isRunning = true;
    const running = runPrompt(parts, request).finally(() => {
      isRunning = false;
    });
    previous = running.catch(() => undefined);
    return running;
  }

  return {
    run,
    reset() {
      parts.cache.clear();
      parts.states.clear();
    },
  };
}

function resolveOptions(options: ExecutorOptions): ResolvedOptions {
  return {
    registry: options.registry,
    services: options.services ?? ({} as NodeServices),
    env: options.env ?? ({} as NodeEnvironment),
    now: options.now ?? Date.now,
    progressIntervalMs: options.progressIntervalMs ?? 100,
    interruptGraceMs: options.interruptGraceMs ?? 5000,
    isOutOfMemory: options.isOutOfMemory ?? (() => false),
    onOutOfMemory: options.onOutOfMemory ?? (() => undefined),
    onWarning: options.onWarning ?? (() => undefined),
  };
}
