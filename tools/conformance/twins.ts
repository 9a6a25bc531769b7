// Equal output nodes share one result: whichever is taken first runs, the others show what it made. The reference takes them in the
// order of a hash set, so a recording shows one of them by chance; with the ids exchanged it shows another.
import { isJsonObject, type JsonObject, type JsonValue, stringifyLossless } from '@snug/protocol';
import { member } from './trace-format.ts';

export type Swap = readonly [string, string];

/** Pairs of equal nodes to which nothing is linked. */
export function twinsOf(prompt: JsonObject | undefined): Swap[] {
  const nodes = Object.entries(prompt ?? {});
  const inputs = nodes.flatMap(([, node]) => Object.values(member(node, 'inputs') ?? {}));
  const linked = new Set(inputs.filter(Array.isArray).map(link => String(link[0])));
  const free = nodes.filter(([id]) => !linked.has(id)).map(([id, node]) => [id, stringifyLossless(node)] as const);
  return free.flatMap(([a, text], index) =>
    free.slice(index + 1).flatMap(([b, other]) => (text === other ? [[a, b] as const] : [])),
  );
}

/** A document in which two ids have changed places, as keys and as values. */
export function swapIds<T extends JsonValue>(value: T, swap: Swap): T {
  return swapped(value, swap) as T;
}

function swapped(value: JsonValue, swap: Swap): JsonValue {
  if (typeof value === 'string') return other(value, swap);
  if (Array.isArray(value)) return value.map(item => swapped(item, swap));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [other(key, swap), swapped(inner, swap)]));
}

function other(id: string, [a, b]: Swap): string {
  if (id === a) return b;
  return id === b ? a : id;
}
