// Running prompts (spec execution.md sections 3 to 6). One executor owns the caches and runs one prompt at a time.
import type { ExecutionEvent, JsonObject, JsonValue, NodeId, Prompt, UiOutput } from '@snug/protocol';
import type { CacheOptions } from '../caches/cache-options.ts';
import type { NodeEnvironment, NodeServices } from '../contract/data-types.ts';
import type { NodeRegistry } from '../contract/node-registry.ts';

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
  readonly signal: AbortSignal;
  readonly emit: (event: ExecutionEvent) => void;
}

/** Identity of a node in history. */
export interface NodeMeta {
  readonly node_id: NodeId;
  readonly display_node: NodeId;
  readonly parent_node: NodeId | null;
  readonly real_node_id: NodeId;
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

export function createExecutor(options: ExecutorOptions): Executor {
  throw new Error(`not written yet: ${options.registry.size}`);
}
