// Reads JSON without losing what JavaScript's own parser drops: integer or float, integers above 2^53, key order,
// `__proto__` as a key. Accepts what Python's reader accepts (spec execution.md section 0, files.md section 6): bare
// NaN, Infinity and -Infinity; a repeated key takes the last value; lone surrogates stay as they are.
// Open containers live on an explicit stack, so the depth of a document costs no call stack.
import { JsonSyntaxError } from '../errors.ts';
import { JsonFloat, type JsonObject, type JsonValue } from './json-value.ts';
import { emptyObject, KeyOrderTracker } from './key-order.ts';
import { inSlices } from './slices.ts';

export interface ParseLosslessOptions {
  /** Deepest allowed nesting of arrays and objects. Default 2000, which recursive readers of the value still survive. */
  readonly maxDepth?: number;
}

const DEFAULT_MAX_DEPTH = 2000;

/** Python refuses longer integers too: converting them takes more than linear time. */
const MAX_INTEGER_DIGITS = 4300;

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
]);

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** An array or object whose end has not been read yet. `key` is the member that the next value belongs to. */
type OpenContainer =
  | { readonly kind: 'array'; readonly items: JsonValue[] }
  | { readonly kind: 'object'; readonly object: JsonObject; readonly order: KeyOrderTracker; key: string };

/** Answer of `beginValue` when a container was opened: its first member comes next. */
const OPENED = Symbol('opened');

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

class LosslessParser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #open: OpenContainer[] = [];
  #position = 0;
  #result: JsonValue = null;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  /** The document, once `advance` has answered true. */
  get result(): JsonValue {
    return this.#result;
  }

  /** Reads up to so many values; answers whether the document is complete. */
  advance(values: number): boolean {
    for (let count = 0; count < values; count++) {
      let value = this.#beginValue();
      if (value === OPENED) continue;
      let container = this.#open.at(-1);
      while (container !== undefined) {
        this.#add(container, value);
        if (!this.#endsAfterMember(container)) break;
        value = this.#close(container);
        container = this.#open.at(-1);
      }
      if (container === undefined) {
        this.#expectEnd();
        this.#result = value;
        return true;
      }
    }
    return false;
  }

  /** Reads a scalar or an empty container, or opens a container and reads up to its first value. */
  #beginValue(): JsonValue | typeof OPENED {
    const unit = this.#skipWhitespace();
    if (unit === QUOTE) return this.#string();
    if (unit === OPEN_BRACE) return this.#openObject();
    if (unit === OPEN_BRACKET) return this.#openArray();
    if (unit === MINUS || isDigit(unit)) return this.#number();
    return this.#word();
  }

  #openObject(): JsonValue | typeof OPENED {
    this.#checkDepth();
    this.#position++;
    if (this.#skipWhitespace() === CLOSE_BRACE) {
      this.#position++;
      return emptyObject();
    }
    const container: OpenContainer = { kind: 'object', object: emptyObject(), order: new KeyOrderTracker(), key: '' };
    this.#open.push(container);
    this.#key(container);
    return OPENED;
  }

  #openArray(): JsonValue | typeof OPENED {
    this.#checkDepth();
    this.#position++;
    if (this.#skipWhitespace() === CLOSE_BRACKET) {
      this.#position++;
      return [];
    }
    this.#open.push({ kind: 'array', items: [] });
    return OPENED;
  }

  #add(container: OpenContainer, value: JsonValue): void {
    if (container.kind === 'array') container.items.push(value);
    else container.object[container.key] = value;
  }

  /** Reads the comma (and the next key) or the end of the container after a member. */
  #endsAfterMember(container: OpenContainer): boolean {
    const unit = this.#skipWhitespace();
    const end = container.kind === 'array' ? CLOSE_BRACKET : CLOSE_BRACE;
    if (unit !== COMMA && unit !== end) this.#fail(`expected "," or "${String.fromCharCode(end)}"`);
    this.#position++;
    if (unit === end) return true;
    if (container.kind === 'object') this.#key(container);
    return false;
  }

  #close(container: OpenContainer): JsonValue {
    this.#open.pop();
    if (container.kind === 'array') return container.items;
    container.order.seal(container.object);
    return container.object;
  }

  #key(container: Extract<OpenContainer, { kind: 'object' }>): void {
    if (this.#skipWhitespace() !== QUOTE) this.#fail('expected a key in double quotes');
    const key = this.#string();
    if (this.#skipWhitespace() !== COLON) this.#fail(`expected ":" after the key ${JSON.stringify(key)}`);
    this.#position++;
    container.order.add(container.object, key);
    container.key = key;
  }

  #expectEnd(): void {
    this.#skipWhitespace();
    if (this.#position < this.#text.length) this.#fail('expected the end of the document');
  }

  /** Answers the first unit that is not white space, NaN at the end of the text. */
  #skipWhitespace(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#position);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit;
      this.#position++;
    }
  }

  #string(): string {
    const text = this.#text;
    let start = this.#position + 1;
    let decoded = '';
    for (let i = start; ; i++) {
      const unit = text.charCodeAt(i);
      if (unit === QUOTE) {
        this.#position = i + 1;
        return decoded + text.slice(start, i);
      }
      if (unit === BACKSLASH) {
        decoded += text.slice(start, i) + this.#escape(i + 1);
        start = this.#position;
        i = start - 1;
      } else if (!(unit >= 0x20)) {
        this.#failInString(i, unit);
      }
    }
  }

  /** Decodes the escape whose letter is at `at` and moves behind it. */
  #escape(at: number): string {
    const letter = this.#text.charAt(at);
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      this.#position = at + 1;
      return plain;
    }
    this.#position = at - 1;
    if (letter !== 'u') this.#fail(`unknown escape "\\${letter}"`);
    const digits = this.#text.slice(at + 1, at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('expected four hexadecimal digits after "\\u"');
    this.#position = at + 5;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #failInString(at: number, unit: number): never {
    this.#position = at;
    if (Number.isNaN(unit)) return this.#fail('the string is not closed');
    return this.#fail('a control character must be escaped inside a string');
  }

  #number(): JsonValue {
    const text = this.#text;
    const start = this.#position;
    const isNegative = text.charCodeAt(start) === MINUS;
    let at = isNegative ? start + 1 : start;
    if (isNegative && text.startsWith('Infinity', at)) {
      this.#position = at + 'Infinity'.length;
      return Number.NEGATIVE_INFINITY;
    }
    const firstDigit = at;
    at = text.charCodeAt(at) === ZERO ? at + 1 : this.#digits(at);
    const endOfInteger = at;
    if (text.charCodeAt(at) === POINT) at = this.#digits(at + 1);
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      const sign = text.charCodeAt(at + 1);
      at = this.#digits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
    }
    this.#position = at;
    const token = text.slice(start, at);
    return at === endOfInteger ? this.#integer(token, at - firstDigit) : float(token);
  }

  /** Answers where the digits that start at `at` end; there must be one. */
  #digits(at: number): number {
    let end = at;
    while (isDigit(this.#text.charCodeAt(end))) end++;
    if (end === at) {
      this.#position = at;
      this.#fail('expected a digit');
    }
    return end;
  }

  #integer(token: string, digits: number): JsonValue {
    if (digits <= 15) return Number(token) || 0; // "-0" is the integer 0
    if (digits > MAX_INTEGER_DIGITS) {
      this.#position -= token.length;
      this.#fail(`an integer of ${digits} digits is longer than the limit of ${MAX_INTEGER_DIGITS}`);
    }
    const value = Number(token);
    return Number.isSafeInteger(value) ? value : BigInt(token);
  }

  #word(): JsonValue {
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#position)) {
        this.#position += word.length;
        return value;
      }
    }
    return this.#fail('expected a value');
  }

  #checkDepth(): void {
    if (this.#open.length < this.#maxDepth) return;
    throw new JsonSyntaxError('JSON_TOO_DEEP', { maxDepth: this.#maxDepth, ...this.#place() });
  }

  #fail(expectation: string): never {
    const codePoint = this.#text.codePointAt(this.#position);
    const found = codePoint === undefined ? 'the end of the text' : JSON.stringify(String.fromCodePoint(codePoint));
    throw new JsonSyntaxError('JSON_SYNTAX', { problem: `${expectation}, found ${found}`, ...this.#place() });
  }

  #place(): { position: number; line: number; column: number } {
    const before = this.#text.slice(0, this.#position);
    const lastBreak = before.lastIndexOf('\n');
    return { position: this.#position, line: before.split('\n').length, column: this.#position - lastBreak };
  }
}

function float(token: string): JsonValue {
  const value = Number(token);
  // A float too large for a double reads as infinity, as in Python.
  return Number.isInteger(value) ? new JsonFloat(value) : value;
}

/**
 * Parses a JSON text into the representation described in `json-value.ts`.
 *
 * @throws JsonSyntaxError with the position when the text is no JSON or nested deeper than `maxDepth`.
 */
export function parseLossless(text: string, options: ParseLosslessOptions = {}): JsonValue {
  const parser = new LosslessParser(text, options.maxDepth ?? DEFAULT_MAX_DEPTH);
  parser.advance(Number.POSITIVE_INFINITY);
  return parser.result;
}

/**
 * As `parseLossless`, but lets other work run in between when the text is long.
 *
 * @param pause resolves after other work had its turn; called every few milliseconds of parsing
 * @throws JsonSyntaxError
 */
export async function parseLosslessInSlices(
  text: string,
  pause: () => Promise<void>,
  options: ParseLosslessOptions = {},
): Promise<JsonValue> {
  const parser = new LosslessParser(text, options.maxDepth ?? DEFAULT_MAX_DEPTH);
  await inSlices(parser, pause);
  return parser.result;
}
