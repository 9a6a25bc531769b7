// Reading what `execute` returned and merging the results of several calls (spec execution.md 4.3).
import { type JsonObject, type JsonValue, toJsonValue, type UiOutput } from '@snug/protocol';
import type { NodeShape } from '../catalogue/node-shape.ts';
import { type Blocker, isBlocker } from '../contract/blocker.ts';
import type { Expansion } from '../contract/graph-builder.ts';
import { isNodeOutput } from '../contract/node-output.ts';
import { ExecutionError } from '../errors.ts';
import { pyTypeName } from '../python/python-text.ts';

/** Outputs of one call: a value per output, a blocker for all of them, or nothing at all. */
export type CallOutputs = readonly unknown[] | Blocker | null;

export interface CallResult {
  readonly outputs: CallOutputs;
  readonly ui: UiOutput | null;
  readonly expansion: Expansion | null;
}

/**
 * Reads the return value of one call.
 *
 * @throws ExecutionError WRONG_ARITY, INVALID_RESULT, EXPANSION_NOT_ALLOWED
 */
export function readResult(returned: unknown, shape: NodeShape): CallResult {
  const classType = shape.definition.id;
  if (isBlocker(returned)) return { outputs: returned, ui: null, expansion: null };
  if (Array.isArray(returned)) return { outputs: checkedArity(returned, shape), ui: null, expansion: null };
  if (returned === undefined || returned === null) {
    return { outputs: shape.outputCount === 0 ? [] : checkedArity([], shape), ui: null, expansion: null };
  }
  if (!isNodeOutput(returned)) {
    throw new ExecutionError('INVALID_RESULT', { classType, received: pyTypeName(returned) });
  }
  const { result, ui, expand } = returned;
  if (expand !== null && !shape.definition.expandable) throw new ExecutionError('EXPANSION_NOT_ALLOWED', { classType });
  const outputs = Array.isArray(result) ? checkedArity(result, shape) : (result as Blocker | null);
  return { outputs, ui, expansion: expand };
}

/** Lists of items per output; a call without outputs beside calls with outputs counts as a wrong number of them. */
export function mergeOutputs(calls: readonly CallOutputs[], shape: NodeShape): readonly (readonly unknown[])[] {
  if (calls.every(outputs => outputs === null)) return [];
  const merged: unknown[][] = [];
  for (let slot = 0; slot < shape.outputCount; slot++) {
    const items: unknown[] = [];
    for (const outputs of calls) {
      const value = isBlocker(outputs) ? outputs : (outputs ?? checkedArity([], shape))[slot];
      // A blocker in place of a list contributes itself as one item.
      if (shape.outputIsList[slot] !== true || isBlocker(value)) items.push(value);
      else for (const item of listOf(value, shape, slot)) items.push(item);
    }
    merged.push(items);
  }
  return merged;
}

/**
 * Concatenates the ui of several calls by the keys of the first one.
 *
 * @throws ExecutionError INVALID_UI
 */
export function mergeUi(parts: readonly UiOutput[], classType: string): UiOutput | null {
  const [first] = parts;
  if (first === undefined) return null;
  const merged: JsonObject = {};
  for (const key of Object.keys(first)) {
    merged[key] = parts.flatMap(part => {
      if (!Object.hasOwn(part, key)) {
        throw new ExecutionError('INVALID_UI', { classType, key, reason: 'is missing in the ui of a later call' });
      }
      return uiItems(part[key], classType, key);
    });
  }
  return merged;
}

function checkedArity(outputs: readonly unknown[], shape: NodeShape): readonly unknown[] {
  if (outputs.length === shape.outputCount) return outputs;
  const details = { classType: shape.definition.id, count: outputs.length, expected: shape.outputCount };
  throw new ExecutionError('WRONG_ARITY', details);
}

function listOf(value: unknown, shape: NodeShape, slot: number): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const received = `${pyTypeName(value)} for its list output ${slot}`;
  throw new ExecutionError('INVALID_RESULT', { classType: shape.definition.id, received });
}

/** A text is a list of its characters, as in the reference. */
function uiItems(value: unknown, classType: string, key: string): JsonValue[] {
  if (typeof value === 'string') return Array.from(value);
  if (!Array.isArray(value)) throw new ExecutionError('INVALID_UI', { classType, key, reason: 'is not an array' });
  try {
    return toJsonValue(value) as JsonValue[];
  } catch (cause) {
    throw new ExecutionError('INVALID_UI', { classType, key, reason: 'holds something that is no JSON' }, { cause });
  }
}
