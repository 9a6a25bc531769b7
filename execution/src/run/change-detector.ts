// Change values (spec execution.md 5.1): what a class's fingerprint says of a node before it runs, so that a node runs
// again when a file behind its unchanged inputs was replaced. Asked at most once per node and run, with all links null.
import { JsonFloat, type JsonValue, type NodeId } from '@snug/protocol';
import type { NodeShape } from '../catalogue/node-shape.ts';
import type { NodeEnvironment } from '../contract/data-types.ts';
import { thrownText } from '../thrown-value.ts';
import type { AbortGuard } from './abort-guard.ts';
import { callArguments } from './call-arguments.ts';
import type { DynamicPrompt } from './dynamic-prompt.ts';
import { collectInputs, type InputData } from './input-data.ts';

export interface ChangeDetectorOptions {
  readonly graph: DynamicPrompt;
  readonly env: NodeEnvironment;
  shapeOf(id: NodeId): NodeShape | undefined;
  onWarning(message: string, cause: unknown): void;
  readonly guard: AbortGuard;
}

export class ChangeDetector {
  readonly #options: ChangeDetectorOptions;
  readonly #values = new Map<NodeId, unknown>();

  constructor(options: ChangeDetectorOptions) {
    this.#options = options;
  }

  /** Asks the fingerprints of these nodes; the rest of the class's nodes are not touched. */
  async detect(ids: Iterable<NodeId>): Promise<void> {
    for (const id of ids) {
      const shape = this.#options.shapeOf(id);
      if (shape === undefined || shape.definition.fingerprint === null || this.#values.has(id)) continue;
      this.#values.set(id, await this.#ask(id, shape));
    }
  }

  /** Change value of a node; false for classes without a fingerprint. */
  valueOf(id: NodeId): unknown {
    return this.#values.get(id) ?? false;
  }

  /** A value that the submitted prompt already carries is believed; a new one is written into the live prompt. */
  async #ask(id: NodeId, shape: NodeShape): Promise<unknown> {
    const { graph, env, guard, onWarning } = this.#options;
    const node = graph.prompt[id];
    if (node !== undefined && 'is_changed' in node) return node['is_changed'];
    let value: unknown;
    try {
      const data = collectInputs(graph.inputsOf(id), shape, () => undefined).values;
      const args = callArguments(firstItems(data), shape, graph.inputsOf(id));
      guard.check();
      const answer = Promise.resolve(shape.definition.fingerprint?.(args, { nodeId: id }, env));
      value = [await guard.wait(answer, id)];
    } catch (error) {
      if (guard.isInterruption(error)) throw error;
      onWarning(`The fingerprint of node ${id} (${shape.definition.id}) failed: ${thrownText(error)}`, error);
      value = Number.NaN;
    }
    if (node !== undefined && isPublishable(value)) node['is_changed'] = value;
    return value;
  }
}

function firstItems(data: InputData['values']): Map<string, unknown> {
  return new Map([...data].map(([name, items]) => [name, items[0]]));
}

/** Only JSON goes into the prompt, which is saved with pictures. */
function isPublishable(value: unknown): value is JsonValue {
  if (Array.isArray(value)) return value.every(isPublishable);
  return (
    value === null || value instanceof JsonFloat || ['string', 'number', 'boolean', 'bigint'].includes(typeof value)
  );
}
