// Number-lossless JSON (spec execution.md section 0): the wire is written and read by Python, where 5 and 5.0 differ
// and integers reach 2^64-1. In memory a non-integral float is a plain `number`, a safe integer is a plain `number`,
// a larger integer is a `bigint`, and a float whose value is integral (5.0, 1e22) is a boxed `JsonFloat`.
// Objects have a null prototype, so `__proto__` is an ordinary key; their key order is that of the text even for
// integer-like keys ("10" before "2"), see `orderedKeys`.

/** A float whose value is integral, kept apart from the integer of the same value. */
export class JsonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  valueOf(): number {
    return this.value;
  }
}

export type JsonValue = null | boolean | number | bigint | string | JsonFloat | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** True for plain objects (null prototype or an object literal); false for arrays, `JsonFloat` and class instances. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // `Object.prototype` of any realm is the only ordinary prototype that has none itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Narrows a JSON value to an object (neither array nor boxed float). */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return isPlainObject(value);
}

/** The value of any JSON number as a double; undefined for everything else. Integers above 2^53 are rounded. */
export function numericValue(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof JsonFloat ? value.value : undefined;
}

/** Values nested deeper than this are taken for cyclic ones when they are written or copied. */
export const MAX_WRITABLE_DEPTH = 250_000;
