// Writes JSON so that Python reads the same types back (spec execution.md section 0): boxed floats keep their point,
// big integers their digits, NaN and infinities are bare words, keys stand in text order. Two layouts: compact for the
// wire and the store, and Python's default one (ASCII only, ", " and ": ") for metadata in files (files.md section 6).
import { ProtocolError } from '../errors.ts';
import { isPlainObject, JsonFloat, MAX_WRITABLE_DEPTH } from './json-value.ts';
import { orderedKeys } from './key-order.ts';
import { pythonFloatRepr } from './python-float.ts';
import { inSlices } from './slices.ts';

interface JsonLayout {
  readonly itemSeparator: string;
  readonly keySeparator: string;
  readonly quote: (text: string) => string;
}

const COMPACT: JsonLayout = { itemSeparator: ',', keySeparator: ':', quote: text => JSON.stringify(text) };
const PYTHON: JsonLayout = { itemSeparator: ', ', keySeparator: ': ', quote: quoteAscii };

function quoteAscii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function floatText(value: number): string {
  if (Number.isFinite(value)) return pythonFloatRepr(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

function unsupported(what: string): ProtocolError {
  return new ProtocolError('JSON_UNSUPPORTED_VALUE', { what });
}

/** Text of a scalar; undefined for arrays and plain objects. */
function scalarText(value: unknown, layout: JsonLayout): string | undefined {
  if (typeof value === 'string') return layout.quote(value);
  // An integral plain number beyond 2^53 can only be a float: integers of that size are bigints.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : floatText(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof JsonFloat) return floatText(value.value);
  if (Array.isArray(value) || isPlainObject(value)) return undefined;
  if (typeof value !== 'object') throw unsupported(`a value of type ${typeof value}`);
  throw unsupported(`an instance of ${value.constructor?.name ?? 'an unknown class'}`);
}

/** A container whose end has not been written yet: `keys` is undefined for arrays. */
interface OpenContainer {
  readonly members: Readonly<Record<string | number, unknown>>;
  readonly keys: readonly string[] | undefined;
  readonly size: number;
  next: number;
  isFirst: boolean;
}

class JsonWriter {
  readonly #layout: JsonLayout;
  readonly #open: OpenContainer[] = [];
  #text = '';

  constructor(root: unknown, layout: JsonLayout) {
    this.#layout = layout;
    this.#begin(root);
  }

  /** What is written so far. */
  get text(): string {
    return this.#text;
  }

  /** Writes up to so many members and ends of containers; answers whether the text is complete. */
  advance(steps: number): boolean {
    for (let count = 0; count < steps; count++) {
      const container = this.#open.at(-1);
      if (container === undefined) return true;
      if (container.next < container.size) this.#member(container);
      else {
        this.#text += container.keys === undefined ? ']' : '}';
        this.#open.pop();
      }
    }
    return false;
  }

  /** Writes a scalar, or the opening of a container whose members follow. */
  #begin(value: unknown): void {
    const scalar = scalarText(value, this.#layout);
    if (scalar !== undefined) {
      this.#text += scalar;
      return;
    }
    if (this.#open.length >= MAX_WRITABLE_DEPTH) throw unsupported('a cyclic value');
    const members = value as Record<string | number, unknown>;
    const keys = Array.isArray(value) ? undefined : orderedKeys(members);
    const size = keys === undefined ? (value as unknown[]).length : keys.length;
    this.#text += keys === undefined ? '[' : '{';
    this.#open.push({ members, keys, size, next: 0, isFirst: true });
  }

  #member(container: OpenContainer): void {
    const position = container.next++;
    const key = container.keys?.[position];
    const value = container.members[key ?? position];
    if (key !== undefined && value === undefined) return;
    if (!container.isFirst) this.#text += this.#layout.itemSeparator;
    container.isFirst = false;
    if (key !== undefined) this.#text += this.#layout.quote(key) + this.#layout.keySeparator;
    this.#begin(value === undefined ? null : value);
  }
}

/**
 * Compact JSON text of a value that consists of JSON values; undefined members are left out, undefined items are null.
 * A plain number is written as an integer when it is a safe integer, else as a float.
 *
 * @throws ProtocolError JSON_UNSUPPORTED_VALUE for functions, symbols, class instances, undefined and cycles.
 */
export function stringifyLossless(value: unknown): string {
  return write(value, COMPACT);
}

/**
 * As `stringifyLossless`, but lets other work run in between when the value is large. The value must not change meanwhile.
 *
 * @param pause resolves after other work had its turn; called every few milliseconds of writing
 * @throws ProtocolError JSON_UNSUPPORTED_VALUE
 */
export async function stringifyLosslessInSlices(value: unknown, pause: () => Promise<void>): Promise<string> {
  const writer = new JsonWriter(value, COMPACT);
  await inSlices(writer, pause);
  return writer.text;
}

/** As `stringifyLossless` in the layout of Python's default writer: ASCII only, separators `", "` and `": "`. */
export function stringifyPython(value: unknown): string {
  return write(value, PYTHON);
}

function write(value: unknown, layout: JsonLayout): string {
  const writer = new JsonWriter(value, layout);
  writer.advance(Number.POSITIVE_INFINITY);
  return writer.text;
}
