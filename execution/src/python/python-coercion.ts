// Conversions of widget values as Python's int(), float(), str() and bool() do them (spec execution.md 1.6), with
// Python 3.11's texts for what they refuse. Results keep integers and floats apart (`JsonFloat`).
import { JsonFloat, type JsonValue } from '@snug/protocol';
import { pyRepr, pyStr, pyTypeName } from './python-text.ts';

/** A converted value, or the text of the exception that Python would raise. */
export type Coercion = { readonly value: JsonValue } | { readonly problem: string };

/** The types that are converted; every other declared type takes values as they are. */
export const COERCIONS: ReadonlyMap<string, (value: JsonValue) => Coercion> = new Map([
  ['INT', toInt],
  ['FLOAT', toFloat],
  ['STRING', (value: JsonValue) => ({ value: pyStr(value) })],
  ['BOOLEAN', (value: JsonValue) => ({ value: isTruthy(value) })],
]);

/** Converting longer texts takes more than linear time; Python refuses them too. */
const MAX_INTEGER_DIGITS = 4300;

/** Python's white space. Unlike JavaScript's it has the separators 1C to 1F and U+0085 and lacks U+FEFF. */
const SPACE = /^[\s\u0085]$/;

// The patterns are free of ambiguity, so that they take linear time on megabytes of hostile text.
const INTEGER_TEXT = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT_TEXT = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const SPECIAL_FLOAT_TEXT = /^([+-]?)(inf|infinity|nan)$/i;

/** An integer as a number where that is exact, else as a bigint. */
export function normalInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A float in its in-memory form: boxed when its value is integral. */
function boxFloat(value: number): number | JsonFloat {
  return Number.isInteger(value) ? new JsonFloat(value) : value;
}

export function toInt(value: JsonValue): Coercion {
  if (typeof value === 'bigint') return { value };
  if (typeof value === 'boolean') return { value: value ? 1 : 0 };
  if (typeof value === 'number') return Number.isInteger(value) ? { value } : truncate(value);
  if (value instanceof JsonFloat) return truncate(value.value);
  if (typeof value === 'string') return parseInteger(value);
  const type = pyTypeName(value);
  return { problem: `int() argument must be a string, a bytes-like object or a real number, not '${type}'` };
}

export function toFloat(value: JsonValue): Coercion {
  if (typeof value === 'number') return { value: boxFloat(value) };
  if (typeof value === 'boolean') return { value: new JsonFloat(value ? 1 : 0) };
  if (value instanceof JsonFloat) return { value };
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isFinite(number) ? { value: boxFloat(number) } : { problem: 'int too large to convert to float' };
  }
  if (typeof value === 'string') return parseFloatText(value);
  return { problem: `float() argument must be a string or a real number, not '${pyTypeName(value)}'` };
}

/** Python's truth: zero, empty and null are false, every other value is true, also the text "false". */
export function isTruthy(value: unknown): boolean {
  if (value instanceof JsonFloat) return value.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text, start)) start++;
  while (end > start && isSpace(text, end - 1)) end--;
  return text.slice(start, end);
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x1c && code <= 0x1f) || (code !== 0xfeff && SPACE.test(text.charAt(at)));
}

function truncate(value: number): Coercion {
  if (Number.isNaN(value)) return { problem: 'cannot convert float NaN to integer' };
  if (!Number.isFinite(value)) return { problem: 'cannot convert float infinity to integer' };
  return { value: normalInteger(BigInt(Math.trunc(value))) };
}

function parseInteger(text: string): Coercion {
  const trimmed = strip(text);
  if (!INTEGER_TEXT.test(trimmed)) return { problem: `invalid literal for int() with base 10: ${pyRepr(text)}` };
  const digits = trimmed.replaceAll('_', '').replace(/^[+-]/, '');
  if (digits.length > MAX_INTEGER_DIGITS) return { problem: tooManyDigits(digits.length) };
  const magnitude = BigInt(digits);
  return { value: normalInteger(trimmed.startsWith('-') ? -magnitude : magnitude) };
}

function tooManyDigits(count: number): string {
  const advice = 'use sys.set_int_max_str_digits() to increase the limit';
  return `Exceeds the limit (${MAX_INTEGER_DIGITS} digits) for integer string conversion: value has ${count} digits; ${advice}`;
}

function parseFloatText(text: string): Coercion {
  const trimmed = strip(text);
  const special = SPECIAL_FLOAT_TEXT.exec(trimmed);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return { value: Number.NaN };
    return { value: special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
  }
  if (!FLOAT_TEXT.test(trimmed)) return { problem: `could not convert string to float: ${pyRepr(text)}` };
  return { value: boxFloat(Number(trimmed.replaceAll('_', ''))) };
}
