// Looks up the type that a link carries, and answers a bad link as the exception that Python would raise
// (spec execution.md 1.4): such an exception ends the validation of the node that holds the link.
import { JsonFloat, type JsonValue, type NodeId, type Prompt } from '@snug/protocol';
import type { Catalogue } from '../catalogue/node-description.ts';
import type { WireType } from '../catalogue/wire-shape.ts';
import { pyRepr, pyTypeName } from '../python/python-text.ts';
import type { ExceptionRecord } from './problems.ts';

export type LinkedOutput =
  | { readonly sourceId: NodeId; readonly type: WireType }
  | { readonly exception: ExceptionRecord };

/** Finds the output that `[source, slot]` names. */
export function findLinkedOutput(
  source: JsonValue,
  slot: JsonValue,
  prompt: Prompt,
  catalogue: Catalogue,
): LinkedOutput {
  if (typeof source !== 'string' || !Object.hasOwn(prompt, source)) return { exception: missingKey(source) };
  const description = catalogue.get(prompt[source]?.class_type ?? '');
  if (description === undefined) return { exception: missingKey(prompt[source]?.class_type ?? null) };
  const container = description.wire === 'v1' ? 'tuple' : 'list';
  const index = indexOf(slot);
  if (index === undefined) {
    const text = `${container} indices must be integers or slices, not ${pyTypeName(slot)}`;
    return { exception: exceptionRecord('TypeError', text) };
  }
  const { outputTypes } = description;
  const type = outputTypes[index < 0 ? outputTypes.length + index : index];
  if (type === undefined) return { exception: exceptionRecord('IndexError', `${container} index out of range`) };
  return { sourceId: source, type };
}

function exceptionRecord(type: string, text: string): ExceptionRecord {
  return { type, text, traceback: [`${type}: ${text}\n`] };
}

/** Python's KeyError: its text is the repr of the key. Lists and objects cannot be keys at all. */
export function missingKey(key: JsonValue): ExceptionRecord {
  if (typeof key === 'object' && key !== null && !(key instanceof JsonFloat)) {
    return exceptionRecord('TypeError', `unhashable type: '${pyTypeName(key)}'`);
  }
  return exceptionRecord('KeyError', pyRepr(key));
}

/** Index that a slot means; undefined for what cannot index a tuple. Negative indices count from the end. */
function indexOf(slot: JsonValue): number | undefined {
  if (typeof slot === 'boolean') return slot ? 1 : 0;
  if (typeof slot === 'bigint') return Number(slot);
  return typeof slot === 'number' && Number.isInteger(slot) ? slot : undefined;
}
