// Regular expressions as Python writes them, for nodes whose users know that dialect (docs.python.org/3/library/re.html):
// translated into JavaScript with the same matches. Letters, digits and blanks are those of Unicode, `$` accepts a final line
// break, groups may be called `(?P<name>...)`, and what JavaScript lacks (`{,n}`, possessive repeats, atomic groups, scoped flags,
// verbose patterns) is spelled out. Every group gets a name of ours, so that helper groups never shift the numbers.
import { type CaseFolding, type ClassItem, classText, literalText } from './pattern-text.ts';

/** What Python would say of a pattern that is none, with the position where it says so. */
export class PatternError extends Error {
  constructor(message: string, position: number | null) {
    super(position === null ? message : `${message} at position ${position}`);
    this.name = 'PatternError';
  }
}

export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

export interface PythonPattern {
  /** Group `n` of the pattern is named `g` + n. */
  readonly expression: RegExp;
  /** Matches exactly where it is told to, and takes at least one character. */
  readonly nonEmpty: RegExp;
  readonly groupCount: number;
  /** Name of the pattern to number. */
  readonly groupNames: ReadonlyMap<string, number>;
}

/** @throws {PatternError} for everything that Python refuses, and for conditional groups, which JavaScript cannot express. */
export function compilePythonPattern(pattern: string, flags: PatternFlags): PythonPattern {
  const reader = new PatternReader(pattern, { ...flags, ascii: false, verbose: false });
  const { text } = reader.alternatives();
  if (!reader.isAtEnd) throw new PatternError('unbalanced parenthesis', reader.position);
  // References compare by case only through the flag; everything else spells out its cases.
  const caseFlag = reader.isCaseless ? 'i' : '';
  const expression = new RegExp(text, `g${caseFlag}v`);
  const nonEmpty = new RegExp(`(?=(?<rest>\\p{Any}*))(?:${text})(?!\\k<rest>(?!\\p{Any}))`, `y${caseFlag}v`);
  return { expression, nonEmpty, groupCount: reader.groupCount, groupNames: reader.groupNames };
}

/** All matches from left to right. After an empty one a longer one may begin at the same place, as in Python. */
export function* findMatches({ expression, nonEmpty }: PythonPattern, text: string): Generator<RegExpExecArray> {
  let match = matchFrom(expression, text, 0);
  while (match !== null) {
    yield match;
    const end = match.index + match[0].length;
    const isEmpty = match[0] === '';
    match = isEmpty ? matchFrom(nonEmpty, text, end) : matchFrom(expression, text, end);
    if (match === null && isEmpty) match = matchFrom(expression, text, end + characterLength(text, end));
  }
}

function matchFrom(expression: RegExp, text: string, start: number): RegExpExecArray | null {
  if (start > text.length) return null;
  expression.lastIndex = start;
  return expression.exec(text);
}

/** UTF-16 units of the character at a position. */
function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

interface ActiveFlags extends PatternFlags {
  readonly ascii: boolean;
  readonly verbose: boolean;
}

/** A translated part and how many characters it can take. */
interface Part {
  readonly text: string;
  readonly min: number;
  readonly max: number;
  /** A position such as `^`, or nothing at all: cannot be repeated. */
  readonly isPosition?: boolean;
}

const FLAG_LETTERS: Readonly<Record<string, keyof ActiveFlags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
};

const ESCAPED_CONTROLS: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

class PatternReader {
  readonly #characters: readonly string[];
  #at = 0;
  #flags: ActiveFlags;
  groupCount = 0;
  readonly groupNames = new Map<string, number>();
  readonly #openGroups = new Set<number>();
  #helpers = 0;
  #isCaseScoped = false;

  constructor(pattern: string, flags: ActiveFlags) {
    this.#characters = [...pattern];
    this.#flags = flags;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  /** Case matters nowhere in the pattern. */
  get isCaseless(): boolean {
    return this.#flags.ignoreCase && !this.#flags.ascii && !this.#isCaseScoped;
  }

  get position(): number {
    return this.#at;
  }

  alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return {
      text: parts.map(part => part.text).join('|'),
      min: Math.min(...parts.map(part => part.min)),
      max: Math.max(...parts.map(part => part.max)),
    };
  }

  #sequence(): Part {
    let [text, min, max] = ['', 0, 0];
    for (;;) {
      if (this.#flags.verbose) this.#skipBlanks();
      if (this.isAtEnd || this.#peek() === '|' || this.#peek() === ')') return { text, min, max };
      const part = this.#repeated(this.#atom());
      text += part.text;
      min += part.min;
      max += part.max;
    }
  }

  #repeated(atom: Part): Part {
    if (this.#flags.verbose) this.#skipBlanks();
    const at = this.#at;
    const range = this.#quantifier();
    if (range === undefined) return atom;
    if (atom.isPosition === true) throw new PatternError('nothing to repeat', at);
    const [low, high] = range;
    const bounds = `{${low},${Number.isFinite(high) ? high : ''}}`;
    const repeated = { min: atom.min * low, max: atom.max === 0 ? 0 : atom.max * high };
    const isPossessive = this.#take('+');
    const lazy = !isPossessive && this.#take('?') ? '?' : '';
    const next = this.#at;
    if (this.#quantifier() !== undefined) throw new PatternError('multiple repeat', next);
    const text = `(?:${atom.text})${bounds}${lazy}`;
    return { text: isPossessive ? this.#atomic(text) : text, ...repeated };
  }

  /** `[least, most]`; undefined when no quantifier follows: a brace that is none stands for itself. */
  #quantifier(): readonly [number, number] | undefined {
    const at = this.#at;
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    if (this.#peek() !== '{') return undefined;
    const found = /^\{(\d*)(?:(,)(\d*))?\}/.exec(this.#characters.slice(at, at + 24).join(''));
    if (found === null || (found[1] === '' && found[2] === undefined)) return undefined;
    this.#at += found[0].length;
    const low = Number(found[1] || 0);
    const high = found[2] === undefined ? low : found[3] ? Number(found[3]) : Number.POSITIVE_INFINITY;
    if (high < low) throw new PatternError('min repeat greater than max repeat', at + 1);
    return [low, high];
  }

  /** A match of the text is never taken back: a lookahead is decided once. */
  #atomic(text: string): string {
    this.#helpers++;
    return `(?=(?<h${this.#helpers}>${text}))\\k<h${this.#helpers}>`;
  }

  #atom(): Part {
    const at = this.#at;
    const character = this.#next();
    const { multiline, dotAll } = this.#flags;
    switch (character) {
      case '.':
        return { text: dotAll ? '\\p{Any}' : '[^\\n]', min: 1, max: 1 };
      case '^':
        return anchor(multiline ? '(?<![^\\n])' : '(?<!\\p{Any})');
      case '$':
        return anchor(multiline ? '(?![^\\n])' : '(?=\\n?(?!\\p{Any}))');
      case '(':
        return this.#group(at);
      case '[':
        return this.#set(at);
      case '\\':
        return this.#escape(at);
      case '*':
      case '+':
      case '?':
        throw new PatternError('nothing to repeat', at);
      case '{':
        this.#at = at;
        if (this.#quantifier() !== undefined) throw new PatternError('nothing to repeat', at);
        this.#at = at + 1;
        return this.#literal(character);
      default:
        return this.#literal(character);
    }
  }

  #literal(character: string): Part {
    return { text: literalText(character, this.#folding), min: 1, max: 1 };
  }

  get #folding(): CaseFolding {
    return { ignoreCase: this.#flags.ignoreCase, ascii: this.#flags.ascii };
  }

  #group(at: number): Part {
    if (!this.#take('?')) return this.#capture(null, at);
    const kind = this.#next('unexpected end of pattern');
    switch (kind) {
      case ':':
        return this.#wrapped('(?:', at);
      case '>': {
        const inner = this.#wrapped('(?:', at);
        return { ...inner, text: this.#atomic(inner.text) };
      }
      case '=':
      case '!':
        return { text: this.#wrapped(`(?${kind}`, at).text, min: 0, max: 0 };
      case '<':
        return this.#lookbehind(at);
      case 'P':
        return this.#named(at);
      case '#':
        while (this.#next('missing ), unterminated comment') !== ')');
        return { text: '', min: 0, max: 0, isPosition: true };
      case '(':
        throw new PatternError('conditional groups are not supported here', at);
      default:
        return this.#flagGroup(kind, at);
    }
  }

  #lookbehind(at: number): Part {
    const kind = this.#next('unexpected end of pattern');
    if (kind !== '=' && kind !== '!') throw new PatternError(`unknown extension ?<${kind}`, at + 1);
    const inner = this.#wrapped(`(?<${kind}`, at);
    if (inner.min !== inner.max) throw new PatternError('look-behind requires fixed-width pattern', null);
    return { text: inner.text, min: 0, max: 0 };
  }

  #named(at: number): Part {
    const kind = this.#next('unexpected end of pattern');
    if (kind === '<') return this.#capture(this.#name('>'), at);
    if (kind !== '=') throw new PatternError(`unknown extension ?P${kind}`, at + 1);
    const start = this.#at;
    const name = this.#name(')');
    const number = this.groupNames.get(name);
    if (number === undefined) throw new PatternError(`unknown group name '${name}'`, start);
    return this.#reference(number, start);
  }

  #name(end: string): string {
    const start = this.#at;
    let name = '';
    for (
      let next = this.#next('missing group name');
      next !== end;
      next = this.#next(`missing ${end}, unterminated name`)
    ) {
      name += next;
    }
    if (name === '') throw new PatternError('missing group name', start);
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) {
      throw new PatternError(`bad character in group name '${name}'`, start);
    }
    return name;
  }

  #capture(name: string | null, at: number): Part {
    const number = ++this.groupCount;
    if (name !== null) {
      if (this.groupNames.has(name)) {
        const first = this.groupNames.get(name);
        throw new PatternError(`redefinition of group name '${name}' as group ${number}; was group ${first}`, at + 4);
      }
      this.groupNames.set(name, number);
    }
    this.#openGroups.add(number);
    const inner = this.#wrapped(`(?<g${number}>`, at);
    this.#openGroups.delete(number);
    return inner;
  }

  /** Flags for the whole pattern, `(?i)`, or for a part of it, `(?i-s:...)`. */
  #flagGroup(first: string, at: number): Part {
    let changed = this.#flags;
    let isOn = true;
    let letter = first;
    for (; letter !== ')' && letter !== ':'; letter = this.#next('missing -, : or )')) {
      if (letter === '-') isOn = false;
      else if (letter in FLAG_LETTERS) changed = { ...changed, [FLAG_LETTERS[letter] as string]: isOn };
      else if (letter !== 'u') throw new PatternError(`unknown extension ?${letter}`, at + 1);
    }
    if (letter === ')') {
      if (at !== 0) throw new PatternError('global flags not at the start of the expression', at);
      this.#flags = changed;
      return { text: '', min: 0, max: 0, isPosition: true };
    }
    const outer = this.#flags;
    if (changed.ignoreCase !== outer.ignoreCase) this.#isCaseScoped = true;
    this.#flags = changed;
    const inner = this.#wrapped('(?:', at);
    this.#flags = outer;
    return inner;
  }

  #wrapped(opening: string, at: number): Part {
    const inner = this.alternatives();
    if (!this.#take(')')) throw new PatternError('missing ), unterminated subpattern', at);
    return { text: `${opening}${inner.text})`, min: inner.min, max: inner.max };
  }

  #escape(at: number): Part {
    const character = this.#next('bad escape (end of pattern)');
    if (character === 'A') return anchor('(?<!\\p{Any})');
    if (character === 'Z') return anchor('(?!\\p{Any})');
    if (character === 'b' || character === 'B') return anchor(this.#wordBoundary(character === 'B'));
    if ('dDsSwW'.includes(character)) return { text: `[${classText(character, this.#flags.ascii)}]`, min: 1, max: 1 };
    if (/[1-9]/.test(character)) {
      const octal = /^[0-3][0-7]{2}/.exec(this.#characters.slice(at + 1, at + 4).join(''));
      if (octal !== null) {
        this.#at = at + 4;
        return this.#literal(String.fromCodePoint(Number.parseInt(octal[0], 8)));
      }
      const digits = /^\d{1,2}/.exec(this.#characters.slice(at + 1, at + 3).join(''))?.[0] ?? character;
      this.#at = at + 1 + digits.length;
      return this.#reference(Number(digits), at + 1);
    }
    return this.#literal(this.#escapedCharacter(character, at));
  }

  #wordBoundary(isNegated: boolean): string {
    const word = `[${classText('w', this.#flags.ascii)}]`;
    // The empty text has no position inside or outside of words.
    return isNegated
      ? `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word})(?:(?<=\\p{Any})|(?=\\p{Any})))`
      : `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
  }

  #reference(number: number, at: number): Part {
    if (number > this.groupCount) throw new PatternError(`invalid group reference ${number}`, at);
    if (this.#openGroups.has(number)) throw new PatternError('cannot refer to an open group', at - 1);
    // A group that took no part matches nothing at all in Python, the empty text in JavaScript.
    return { text: `\\k<g${number}>`, min: 0, max: Number.POSITIVE_INFINITY };
  }

  /** The character that an escape stands for, inside and outside of sets. */
  #escapedCharacter(character: string, at: number): string {
    const control = ESCAPED_CONTROLS[character];
    if (control !== undefined) return String.fromCodePoint(control);
    const width = { x: 2, u: 4, U: 8 }[character];
    if (width !== undefined) return this.#hexadecimal(width, at);
    if (character === '0') {
      const digits = /^[0-7]{0,2}/.exec(this.#characters.slice(this.#at, this.#at + 2).join(''))?.[0] ?? '';
      this.#at += digits.length;
      return String.fromCodePoint(Number.parseInt(`0${digits}`, 8));
    }
    if (/[A-Za-z0-9]/.test(character)) throw new PatternError(`bad escape \\${character}`, at);
    return character;
  }

  #hexadecimal(width: number, at: number): string {
    const digits = this.#characters.slice(this.#at, this.#at + width).join('');
    const code = Number.parseInt(digits, 16);
    if (!new RegExp(`^[0-9a-fA-F]{${width}}$`).test(digits) || code > 0x10ffff) {
      throw new PatternError(`incomplete escape \\${this.#characters[this.#at - 1]}${digits}`, at);
    }
    this.#at += width;
    return String.fromCodePoint(code);
  }

  #set(at: number): Part {
    const isNegated = this.#take('^');
    const items: ClassItem[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      const low = this.#setItem(at);
      const isRange =
        this.#peek() === '-' && this.#characters[this.#at + 1] !== ']' && this.#at + 1 < this.#characters.length;
      if (!isRange) {
        items.push(low);
        continue;
      }
      this.#next();
      const high = this.#setItem(at);
      if ('kind' in low || 'kind' in high || low.from > high.from) {
        throw new PatternError('bad character range', this.#at - 3);
      }
      items.push({ from: low.from, to: high.from });
    }
    this.#next();
    return { text: setText(items, isNegated, this.#folding), min: 1, max: 1 };
  }

  #setItem(start: number): ClassItem {
    const at = this.#at;
    if (this.isAtEnd) throw new PatternError('unterminated character set', start);
    const character = this.#next();
    if (character !== '\\') return single(character);
    const escaped = this.#next('unterminated character set');
    if ('dDsSwW'.includes(escaped)) return { kind: escaped };
    if (/[1-7]/.test(escaped)) {
      const digits = /^[0-7]{1,3}/.exec(this.#characters.slice(at + 1, at + 4).join(''))?.[0] ?? escaped;
      this.#at = at + 1 + digits.length;
      return single(String.fromCodePoint(Number.parseInt(digits, 8)));
    }
    return single(this.#escapedCharacter(escaped, at));
  }

  #skipBlanks(): void {
    for (;;) {
      const character = this.#peek();
      if (character === '#') while (!this.isAtEnd && this.#characters[this.#at] !== '\n') this.#at++;
      else if (character !== undefined && /^[ \t\n\r\f\v]$/.test(character)) this.#at++;
      else return;
    }
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #next(problem = 'unexpected end of pattern'): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw new PatternError(problem, this.#at);
    this.#at++;
    return character;
  }
}

function anchor(text: string): Part {
  return { text, min: 0, max: 0, isPosition: true };
}

function single(character: string): ClassItem {
  const code = character.codePointAt(0) ?? 0;
  return { from: code, to: code };
}

function setText(items: readonly ClassItem[], isNegated: boolean, folding: CaseFolding): string {
  const members = items.map(item =>
    'kind' in item ? `[${classText(item.kind, folding.ascii)}]` : rangeText(item, folding),
  );
  return `[${isNegated ? '^' : ''}${members.join('')}]`;
}

/** A range, with the other cases of its letters where case does not matter. */
function rangeText({ from, to }: { readonly from: number; readonly to: number }, folding: CaseFolding): string {
  if (from === to) return literalText(String.fromCodePoint(from), folding);
  const plain = `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`;
  if (!folding.ignoreCase) return plain;
  const others: string[] = [];
  for (let code = from; code <= Math.min(to, MAX_FOLDED); code++) {
    const text = literalText(String.fromCodePoint(code), folding);
    if (text.startsWith('[')) others.push(text);
  }
  return plain + others.join('');
}

/** Letters with two cases end before this code point. */
const MAX_FOLDED = 0x1e943;
