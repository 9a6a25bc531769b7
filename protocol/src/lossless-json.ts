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
