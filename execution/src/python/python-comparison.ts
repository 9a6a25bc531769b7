// Equality and order as Python sees them: numbers compare by value whatever their type, and so does `true` with 1.
import { isPlainObject, JsonFloat } from '@snug/protocol';
import { pyTypeName } from './python-text.ts';

/** Python's `a == b` for JSON values: `1 == 1.0 == true`, NaN equals nothing. */
export function pyEquals(a: unknown, b: unknown): boolean {
  const left = numeric(a);
  const right = numeric(b);
  // biome-ignore lint/suspicious/noDoubleEquals: compares number and bigint by value, exactly
  if (left !== undefined || right !== undefined) return left !== undefined && right !== undefined && left == right;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => pyEquals(item, b[index]));
  }
  if (!isPlainObject(a)) return a === b;
  if (!isPlainObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every(name => Object.hasOwn(b, name) && pyEquals(a[name], b[name]))
  );
}

/** Python's `a < b`, or the text of the exception for values that have no order. */
export function pyLess(a: unknown, b: unknown): boolean | { readonly problem: string } {
  const left = numeric(a);
  const right = numeric(b);
  if (left !== undefined && right !== undefined) return left < right;
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  return { problem: `'<' not supported between instances of '${pyTypeName(a)}' and '${pyTypeName(b)}'` };
}

function numeric(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof JsonFloat ? value.value : undefined;
}
