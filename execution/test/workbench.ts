// A validator and an executor over one registry, as server and worker use them: prompts go in as JSON text, events come
// out in a list.
import {
  type CacheOptions,
  type Catalogue,
  callValidator,
  createExecutor,
  describeNode,
  type Executor,
  type ExecutorOptions,
  type NodeDefinition,
  NodeRegistry,
  type RunResult,
  validatePrompt,
} from '@snug/execution';
import {
  type ExecutionEvent,
  type JsonObject,
  type NodeId,
  type Prompt,
  parseLossless,
  stringifyLossless,
  toJsonValue,
  type ValidationOutcome,
} from '@snug/protocol';
import { testingPack } from '../../testkit/testing-nodes/testing-pack.ts';
import { corePack, Gallery } from './core-stand-ins.ts';

export interface Outcome extends RunResult {
  readonly events: readonly ExecutionEvent[];
}

/** A prompt as JSON text, or as an object in which `JsonFloat` stands for 5.0. */
export type PromptSource = string | object;

export class Workbench {
  readonly gallery = new Gallery();
  readonly registry = new NodeRegistry();
  readonly catalogue: Catalogue;
  readonly warnings: string[] = [];
  readonly executor: Executor;

  constructor(
    cache: CacheOptions = { kind: 'classic' },
    options: { readonly nodes?: readonly NodeDefinition[]; readonly executor?: Partial<ExecutorOptions> } = {},
  ) {
    this.registry.registerPack(corePack(this.gallery));
    this.registry.registerPack(testingPack);
    this.registry.registerPack({ name: 'extra', pythonModule: 'custom_nodes.extra', nodes: options.nodes ?? [] });
    this.catalogue = new Map([...this.registry].map(node => [node.definition.id, describeNode(node, {} as never)]));
    this.executor = createExecutor({
      registry: this.registry,
      cache,
      progressIntervalMs: 0,
      interruptGraceMs: 400,
      onWarning: message => this.warnings.push(message),
      ...options.executor,
    });
  }

  validate(source: PromptSource, targets: readonly string[] | null = null): Promise<ValidationOutcome> {
    return validatePrompt({
      prompt: parsePrompt(source),
      targets,
      catalogue: this.catalogue,
      runValidator: (nodeId, classType, args, inputTypes) =>
        callValidator(this.registry, {} as never, { nodeId, classType, args, inputTypes }),
    });
  }

  /** Validates and runs; throws for a prompt that is refused. */
  async submit(source: PromptSource, options: RunOptions = {}): Promise<Outcome> {
    const outcome = await this.validate(source, options.targets ?? null);
    if (!outcome.ok) throw new Error(`The prompt was refused: ${JSON.stringify(outcome.nodeErrors)}`);
    return this.run(outcome.prompt, outcome.outputs, options);
  }

  /** Runs without validation. */
  async run(prompt: Prompt, outputs: readonly NodeId[], options: RunOptions = {}): Promise<Outcome> {
    const events: ExecutionEvent[] = [];
    const result = await this.executor.run({
      promptId: options.promptId ?? 'prompt-1',
      clientId: options.clientId ?? 'client-1',
      prompt,
      extraData: options.extraData ?? {},
      sensitive: options.sensitive ?? null,
      ...(options.failurePolicy && { failurePolicy: options.failurePolicy }),
      outputs,
      signal: options.signal ?? new AbortController().signal,
      emit: event => {
        events.push(event);
        options.onEvent?.(event);
      },
    });
    return { ...result, events };
  }
}

export interface RunOptions {
  readonly targets?: readonly string[] | null;
  readonly promptId?: string;
  readonly clientId?: string | null;
  readonly extraData?: JsonObject;
  readonly sensitive?: JsonObject;
  readonly failurePolicy?: 'fail_fast' | 'continue_independent';
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ExecutionEvent) => void;
}

export function parsePrompt(source: PromptSource): Prompt {
  return parseLossless(
    typeof source === 'string' ? source : stringifyLossless(toJsonValue(source)),
  ) as unknown as Prompt;
}

/** Ids that `executing` named, in order. */
export function executingIds({ events }: { readonly events: readonly ExecutionEvent[] }): NodeId[] {
  return events.flatMap(event => (event.type === 'executing' && event.data.node !== null ? [event.data.node] : []));
}

/** Ids that `execution_cached` named. */
export function cachedIds({ events }: { readonly events: readonly ExecutionEvent[] }): NodeId[] {
  return events.flatMap(event => (event.type === 'execution_cached' ? event.data.nodes : []));
}

/** The error of a failed run. */
export function errorOf({ events }: { readonly events: readonly ExecutionEvent[] }) {
  const event = events.find(({ type }) => type === 'execution_error');
  return event?.type === 'execution_error' ? event.data : undefined;
}

/** File names that a node showed. */
export function filesOf(outcome: Outcome, id: NodeId): string[] {
  const shown = outcome.outputs[id]?.['images'];
  return Array.isArray(shown) ? shown.map(file => String((file as JsonObject)['filename'])) : [];
}

/** Types of the events without progress. */
export function eventTypes({ events }: { readonly events: readonly ExecutionEvent[] }): string[] {
  return events.map(({ type }) => type).filter(type => type !== 'progress_state' && type !== 'progress');
}
