// Text forms of values as Python prints them (spec execution.md section 0). They appear inside validation messages,
// so clients that match on texts keep working.
import { isPlainObject, JsonFloat, orderedKeys, pythonFloatRepr } from '@snug/protocol';

/** Python's `str(value)`: strings as they are, everything else as `repr`. */
export function pyStr(value: unknown): string {
  return typeof value === 'string' ? value : pyRepr(value);
}

/** Python's `repr(value)` of a JSON value; other objects give the name of their class in angle brackets. */
export function pyRepr(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return reprString(value);
    case 'number':
      return Number.isInteger(value) ? integerText(value) : pythonFloatRepr(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return 'None';
    case 'object':
      return reprObject(value);
    default:
      return `<${typeof value}>`;
  }
}

/** Python's name for the type of a value, as in `not 'NoneType'`. */
export function pyTypeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (value instanceof JsonFloat) return 'float';
  if (Array.isArray(value)) return 'list';
  return isPlainObject(value) ? 'dict' : classNameOf(value);
}

function reprObject(value: object | null): string {
  if (value === null) return 'None';
  if (value instanceof JsonFloat) return pythonFloatRepr(value.value);
  if (Array.isArray(value)) return `[${value.map(pyRepr).join(', ')}]`;
  if (!isPlainObject(value)) return `<${classNameOf(value)}>`;
  const members = orderedKeys(value).map(key => `${reprString(key)}: ${pyRepr(value[key])}`);
  return `{${members.join(', ')}}`;
}

function classNameOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : typeof value;
}

/** An integral double beyond 2^53 is printed with all its digits. */
function integerText(value: number): string {
  return Number.isSafeInteger(value) ? String(value === 0 ? 0 : value) : String(BigInt(value));
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** What Python does not print as it is: controls, separators other than the space, format characters, lone surrogates. */
const UNPRINTABLE = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(UNPRINTABLE, escapeCharacter);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function escapeCharacter(character: string): string {
  const named = NAMED_ESCAPES[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
