// Collecting the inputs of a node (spec execution.md 4.2): per input a list of items, which the list mapper hands out.
import { type NodeId, orderedKeys } from '@snug/protocol';
import type { NodeResultRecord } from '../caches/result-cache.ts';
import { argumentValue, type InputTraits, type NodeShape } from '../catalogue/node-shape.ts';
import { isLink } from '../contract/link.ts';

export interface InputData {
  /** Items by input name, in prompt order. */
  readonly values: ReadonlyMap<string, readonly unknown[]>;
  /** Linked inputs that have no value (yet): their list is `[null]`. */
  readonly missing: ReadonlySet<string>;
}

const MISSING: readonly unknown[] = [null];

/** Undeclared links are passed, undeclared constants are not (unless the class accepts them). */
export function collectInputs(
  inputs: Readonly<Record<string, unknown>>,
  shape: NodeShape,
  resultOf: (source: NodeId) => NodeResultRecord | undefined,
): InputData {
  const values = new Map<string, readonly unknown[]>();
  const missing = new Set<string>();
  const declared = shape.inputsFor(inputs);
  for (const name of orderedKeys(inputs)) {
    const value = inputs[name];
    const traits = declared.get(name);
    if (isLink(value) && traits?.rawLink !== true) {
      const items = outputItems(resultOf(value[0]), value[1]);
      if (items === undefined) missing.add(name);
      values.set(name, items === undefined ? MISSING : argumentItems(items, traits));
    } else if (traits !== undefined || shape.definition.acceptUndeclared) {
      values.set(name, [argumentValue(value, traits)]);
    }
  }
  return { values, missing };
}

/** Items of an output; negative indices count from the end. */
export function outputItems(result: NodeResultRecord | undefined, slot: number): readonly unknown[] | undefined {
  return result?.outputs.at(slot);
}

/** Lists are handed on as they are unless their items must be unboxed. */
function argumentItems(items: readonly unknown[], traits: InputTraits | undefined): readonly unknown[] {
  return traits === undefined || traits.scalar === null ? items : items.map(item => argumentValue(item, traits));
}
