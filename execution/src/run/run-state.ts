// Everything that one run of a prompt knows. The other files of this folder are functions over it.
//
// Values on their way from a node to its consumers are held by the run itself (`held`), not looked up in the cache: a
// run must never lose a value that it still needs because a cache gave it up (spec execution.md 5.4).
import {
  type ExecutionErrorData,
  type ExecutionEvent,
  type JsonValue,
  type Link,
  type NodeId,
  orderedKeys,
  type StatusEvent,
} from '@snug/protocol';
import type { NodeStates } from '../caches/node-states.ts';
import type {
  CacheKey,
  CacheScope,
  NodeIdentity,
  NodeMeta,
  NodeResultRecord,
  ResultCache,
} from '../caches/result-cache.ts';
import { type NodeShape, shapeOf } from '../catalogue/node-shape.ts';
import { isLink } from '../contract/link.ts';
import { ExecutionError } from '../errors.ts';
import { AbortGuard } from './abort-guard.ts';
import { ChangeDetector } from './change-detector.ts';
import { DynamicPrompt } from './dynamic-prompt.ts';
import { ExecutionList } from './execution-list.ts';
import type { ResolvedOptions, RunRequest } from './executor.ts';
import { NodeFailures } from './node-failures.ts';
import type { Suspension } from './node-step.ts';
import { ProgressRegistry } from './progress-registry.ts';
import { Signatures } from './signatures.ts';

export interface ExecutorParts {
  readonly options: ResolvedOptions;
  readonly cache: ResultCache;
  readonly states: NodeStates;
}

export class RunState {
  readonly request: RunRequest;
  readonly options: ResolvedOptions;
  readonly cache: ResultCache;
  readonly states: NodeStates;
  readonly graph: DynamicPrompt;
  readonly guard: AbortGuard;
  readonly list: ExecutionList;
  readonly progress: ProgressRegistry;
  /** Nodes completed in this run, in order. */
  readonly executed = new Set<NodeId>();
  /** Nodes that wait for their own promises or for their subgraph. */
  readonly suspended = new Map<NodeId, Suspension>();
  /** Promises of parallel nodes that have not settled. */
  readonly running = new Map<NodeId, Promise<unknown>>();
  /** Lazy inputs that were asked for, by node. */
  readonly requestedInputs = new Map<NodeId, Set<string>>();
  /** Ui emitted in this run, by node, in order. */
  readonly shown = new Map<NodeId, NonNullable<NodeResultRecord['ui']>>();
  /** Nodes that failed while the run went on. */
  readonly failures: NodeFailures;
  readonly messages: [event: string, data: JsonValue][] = [];
  readonly #keys = new Map<NodeId, CacheKey>();
  readonly #completed = new Map<NodeId, NodeResultRecord>();
  readonly #held = new Map<NodeId, Map<NodeId, NodeResultRecord>>();
  #isAwake = false;
  #onWake: (() => void) | undefined;
  readonly #changes: ChangeDetector;
  readonly #signatures: Signatures;

  constructor(parts: ExecutorParts, request: RunRequest) {
    this.request = request;
    this.options = parts.options;
    this.cache = parts.cache;
    this.states = parts.states;
    const graph = new DynamicPrompt(request.prompt);
    this.graph = graph;
    this.failures = new NodeFailures(graph);
    this.guard = new AbortGuard(request.signal, parts.options.interruptGraceMs);
    this.progress = new ProgressRegistry({ promptId: request.promptId, graph, emit: request.emit });
    this.#changes = new ChangeDetector({
      graph,
      guard: this.guard,
      env: parts.options.env,
      onWarning: parts.options.onWarning,
      shapeOf: id => this.findShape(id),
    });
    this.#signatures = new Signatures(graph, {
      changeValue: id => this.#changes.valueOf(id),
      isBoundToId: id => isBoundToId(this.findShape(id)),
    });
    this.list = new ExecutionList({
      hasResult: id => this.resultOf(id) !== undefined,
      eagerLinks: id => this.#eagerLinks(id),
      isOutput: id => this.findShape(id)?.definition.outputNode === true,
      isParallel: id => this.findShape(id)?.definition.parallel === true,
      isDead: id => this.failures.isDead(id),
      onBlocked: ids => {
        for (const id of ids) this.#bury(id, () => this.failures.addBlocked(id));
      },
      onKnownSource: (source, target) => this.#hold(source, target),
    });
  }

  emit(event: ExecutionEvent): void {
    this.request.emit(event);
  }

  /** Emits an event that also goes into the history entry. */
  record(event: StatusEvent): void {
    this.messages.push([event.type, event.data as unknown as JsonValue]);
    this.emit(event);
  }

  /** Tells the ui of a node and notes it for the history. */
  show(id: NodeId, ui: NodeResultRecord['ui']): void {
    const { promptId } = this.request;
    const data = { node: id, display_node: this.graph.displayId(id), output: ui?.output ?? null, prompt_id: promptId };
    if (ui !== null) this.shown.set(id, ui);
    this.emit({ type: 'executed', data });
  }

  metaOf(id: NodeId): NodeMeta {
    return {
      node_id: id,
      display_node: this.graph.displayId(id),
      parent_node: this.graph.parentId(id),
      real_node_id: this.graph.realId(id),
    };
  }

  /** Shape of a node's class; undefined for an unknown class. */
  findShape(id: NodeId): NodeShape | undefined {
    const registered = this.options.registry.get(this.graph.node(id).class_type);
    return registered && shapeOf(registered, this.options.env);
  }

  /** @throws ExecutionError UNKNOWN_NODE_CLASS */
  shapeOf(id: NodeId): NodeShape {
    const shape = this.findShape(id);
    if (shape !== undefined) return shape;
    throw new ExecutionError('UNKNOWN_NODE_CLASS', { classType: String(this.graph.node(id).class_type) });
  }

  identityOf(id: NodeId): NodeIdentity {
    return { id, classType: this.graph.node(id).class_type };
  }

  /** Prepares the cache for the prompt's nodes. */
  async beginRun(): Promise<void> {
    const ids = this.promptIds();
    this.states.beginRun(id => this.graph.has(id));
    const nodes = ids.map(id => this.identityOf(id));
    await this.#sign(ids, signatures => this.cache.beginRun(nodes, signatures));
  }

  /** Prepares the cache for the nodes that a node expanded into. */
  async beginExpansion(parent: NodeId, children: readonly NodeId[]): Promise<void> {
    const scope = this.#keys.get(parent)?.scope;
    const nodes = children.map(id => this.identityOf(id));
    await this.#sign(children, signatures => {
      return this.cache.expand(this.identityOf(parent), scope ?? NO_SCOPE, nodes, signatures);
    });
  }

  /** Ids of the submitted prompt, in its order. */
  promptIds(): string[] {
    return orderedKeys(this.request.prompt);
  }

  /** Result of a node, from this run or from the cache. */
  resultOf(id: NodeId): NodeResultRecord | undefined {
    const completed = this.#completed.get(id);
    if (completed !== undefined) return completed;
    const key = this.#keys.get(id);
    return key && this.cache.get(key);
  }

  /** Value that a consumer waits for or has got; undefined when it was not asked for. */
  heldFor(consumer: NodeId, source: NodeId): NodeResultRecord | undefined {
    return this.#held.get(consumer)?.get(source);
  }

  /** Stores the result of a node and hands it to its consumers. */
  complete(id: NodeId, result: NodeResultRecord): void {
    this.#completed.set(id, result);
    const key = this.#keys.get(id);
    // A result that a failed side branch belongs to would hide that branch from the next prompt.
    if (key !== undefined && !this.failures.hasFailedPart(id)) this.cache.set(key, result);
    this.release(id, result);
    const relieved = this.cache.relieve();
    if (relieved.size === 0) return;
    for (const [completedId, record] of this.#completed) if (relieved.has(record)) this.#completed.delete(completedId);
  }

  /** Takes a node that failed off the list, with all that depends on it. */
  fail(id: NodeId, error: ExecutionErrorData): void {
    this.#bury(id, () => this.failures.addFailed(id, error));
    this.list.fail(id);
  }

  #bury(id: NodeId, note: () => void): void {
    note();
    this.#held.delete(id);
    this.suspended.delete(id);
    for (let parent = this.graph.parentId(id); parent !== null; parent = this.graph.parentId(parent)) {
      const key = this.#keys.get(parent);
      if (key !== undefined) this.cache.forget(key);
    }
  }

  /** Takes a node that has its result off the list. */
  release(id: NodeId, result: NodeResultRecord): void {
    this.#held.delete(id);
    for (const consumer of this.list.complete(id)) this.#holdRecord(result, id, consumer);
  }

  /** A parallel node has settled. */
  wake(): void {
    this.#isAwake = true;
    this.#onWake?.();
  }

  /** Waits until a parallel node has settled, or until the grace after an interrupt is over (false). */
  async waitForWake(): Promise<boolean> {
    if (!this.#isAwake) {
      let takeBack = (): void => undefined;
      await new Promise<void>(resolve => {
        this.#onWake = resolve;
        takeBack = this.guard.onGraceOver(resolve);
      });
      takeBack();
    }
    const isAwake = this.#isAwake;
    this.#isAwake = false;
    return isAwake;
  }

  async #sign(ids: readonly NodeId[], scopeFor: (signatures: ReadonlySet<string>) => CacheScope): Promise<void> {
    if (!this.cache.usesSignatures) return;
    await this.#changes.detect(ids);
    const signatures = ids.map(id => this.#signatures.of(id));
    const scope = scopeFor(new Set(signatures));
    for (const [index, id] of ids.entries()) this.#keys.set(id, { signature: signatures[index] as string, scope });
  }

  #eagerLinks(id: NodeId): Link[] {
    const inputs = this.graph.inputsOf(id);
    const traits = this.findShape(id)?.inputsFor(inputs);
    const links: Link[] = [];
    for (const name of orderedKeys(inputs)) {
      const value = inputs[name];
      if (isLink(value) && traits?.get(name)?.lazy !== true) links.push(value);
    }
    return links;
  }

  #hold(source: NodeId, target: NodeId): void {
    const result = this.resultOf(source);
    if (result !== undefined) this.#holdRecord(result, source, target);
  }

  #holdRecord(result: NodeResultRecord, source: NodeId, target: NodeId): void {
    let held = this.#held.get(target);
    if (held === undefined) {
      held = new Map();
      this.#held.set(target, held);
    }
    held.set(source, result);
  }
}

const NO_SCOPE: CacheScope = {};

/** Nodes that know their id, and nodes that must not share results, have it in their signature. */
function isBoundToId(shape: NodeShape | undefined): boolean {
  return shape !== undefined && (shape.definition.notIdempotent || shape.hidden.includes('uniqueId'));
}
