// Key order of JSON objects. JavaScript lists integer-like keys ("7") first and ascending, whatever the text said;
// node ids are mostly such keys and their order is meaningful (validation and execution go by it). The order of the
// text is therefore remembered beside an object, but only for objects where JavaScript would answer differently.
import type { JsonObject, JsonValue } from './json-value.ts';

const keyOrders = new WeakMap<object, readonly string[]>();

const MAX_ARRAY_INDEX = 4_294_967_294;

/** The array index that `key` spells in canonical form, or -1: exactly the keys that JavaScript reorders. */
function arrayIndexOf(key: string): number {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || key.length > 10) return -1;
  if (first === 48) return key.length === 1 ? 0 : -1;
  for (let i = 1; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit < 48 || unit > 57) return -1;
  }
  const index = Number(key);
  return index <= MAX_ARRAY_INDEX ? index : -1;
}

/** Watches the keys of one object under construction and notices when JavaScript's order starts to differ. */
export class KeyOrderTracker {
  #lastIndex = -1;
  #sawName = false;
  #order: string[] | undefined;

  /** Call before the key is assigned. A repeated key keeps its first place. */
  add(object: object, key: string): void {
    if (this.#order !== undefined) {
      if (!Object.hasOwn(object, key)) this.#order.push(key);
      return;
    }
    const index = arrayIndexOf(key);
    if (index < 0) {
      this.#sawName = true;
    } else if (!this.#sawName && index > this.#lastIndex) {
      this.#lastIndex = index;
    } else if (!Object.hasOwn(object, key)) {
      this.#order = [...Object.keys(object), key];
    }
  }

  /** Call when the object is complete. */
  seal(object: object): void {
    if (this.#order !== undefined) keyOrders.set(object, this.#order);
  }
}

/**
 * Own enumerable keys in the order of the text the object was read from. Keys that were deleted since are left out,
 * keys that were added since come last.
 */
export function orderedKeys(object: object): string[] {
  const order = keyOrders.get(object);
  if (order === undefined) return Object.keys(object);
  const remembered = order.filter(key => Object.hasOwn(object, key));
  const current = Object.keys(object);
  if (current.length === remembered.length) return remembered;
  const known = new Set(remembered);
  return [...remembered, ...current.filter(key => !known.has(key))];
}

/** `Object.entries` in the order of `orderedKeys`. */
export function orderedEntries<T>(object: Readonly<Record<string, T>>): [string, T][] {
  return orderedKeys(object).map(key => [key, object[key] as T]);
}

/** A null-prototype object that keeps the order of `entries`, also for integer-like keys. The last value of a repeated key wins. */
export function orderedObject<T extends JsonValue>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const object: Record<string, T> = Object.create(null);
  const tracker = new KeyOrderTracker();
  for (const [key, value] of entries) {
    tracker.add(object, key);
    object[key] = value;
  }
  tracker.seal(object);
  return object;
}

/** Gives `target` the remembered key order of `source`. */
export function copyKeyOrder(source: object, target: object): void {
  const order = keyOrders.get(source);
  if (order !== undefined) keyOrders.set(target, orderedKeys(source));
}

/** An empty object as the parser makes them. */
export function emptyObject(): JsonObject {
  return Object.create(null) as JsonObject;
}
