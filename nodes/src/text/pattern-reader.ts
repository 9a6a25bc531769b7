// The grammar of Python's patterns, read and translated in one go.
import { PatternCursor } from './pattern-cursor.ts';
import { PatternError } from './pattern-error.ts';
import { readSet } from './pattern-set.ts';
import { type CaseFolding, classText, isClassLetter, literalText } from './pattern-text.ts';

export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
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

/** Reads one pattern once. Throws `PatternError` where Python would, and for conditional groups, which JavaScript lacks. */
export class PatternReader {
  readonly #cursor: PatternCursor;
  #flags: ActiveFlags;
  groupCount = 0;
  readonly groupNames = new Map<string, number>();
  readonly #openGroups = new Set<number>();
  #helpers = 0;
  #isCaseScoped = false;

  constructor(pattern: string, flags: PatternFlags) {
    this.#cursor = new PatternCursor(pattern);
    this.#flags = { ...flags, ascii: false, verbose: false };
  }

  /** Case matters nowhere in the pattern. */
  get isCaseless(): boolean {
    return this.#flags.ignoreCase && !this.#flags.ascii && !this.#isCaseScoped;
  }

  /** The whole pattern in JavaScript. */
  translate(): string {
    const { text } = this.#alternatives();
    if (!this.#cursor.isAtEnd) throw new PatternError('unbalanced parenthesis', this.#cursor.at);
    return text;
  }

  #alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#cursor.take('|')) parts.push(this.#sequence());
    return {
      text: parts.map(part => part.text).join('|'),
      min: Math.min(...parts.map(part => part.min)),
      max: Math.max(...parts.map(part => part.max)),
    };
  }

  #sequence(): Part {
    let [text, min, max] = ['', 0, 0];
    for (;;) {
      if (this.#flags.verbose) this.#cursor.skipBlanks();
      if (this.#cursor.isAtEnd || this.#cursor.peek() === '|' || this.#cursor.peek() === ')') return { text, min, max };
      const part = this.#repeated(this.#atom());
      text += part.text;
      min += part.min;
      max += part.max;
    }
  }

  #repeated(atom: Part): Part {
    if (this.#flags.verbose) this.#cursor.skipBlanks();
    const at = this.#cursor.at;
    const range = this.#quantifier();
    if (range === undefined) return atom;
    if (atom.isPosition === true) throw new PatternError('nothing to repeat', at);
    const [low, high] = range;
    const bounds = `{${low},${Number.isFinite(high) ? high : ''}}`;
    const repeated = { min: atom.min * low, max: atom.max === 0 ? 0 : atom.max * high };
    const isPossessive = this.#cursor.take('+');
    const lazy = !isPossessive && this.#cursor.take('?') ? '?' : '';
    const next = this.#cursor.at;
    if (this.#quantifier() !== undefined) throw new PatternError('multiple repeat', next);
    const text = `(?:${atom.text})${bounds}${lazy}`;
    return { text: isPossessive ? this.#atomic(text) : text, ...repeated };
  }

  /** `[least, most]`; undefined when no quantifier follows: a brace that is none stands for itself. */
  #quantifier(): readonly [number, number] | undefined {
    const { at } = this.#cursor;
    if (this.#cursor.take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#cursor.take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#cursor.take('?')) return [0, 1];
    if (this.#cursor.peek() !== '{') return undefined;
    const found = /^\{(\d*)(?:(,)(\d*))?\}/.exec(this.#cursor.ahead(24));
    if (found === null || (found[1] === '' && found[2] === undefined)) return undefined;
    this.#cursor.at += found[0].length;
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
    const at = this.#cursor.at;
    const character = this.#cursor.next();
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
        return { text: readSet(this.#cursor, at, this.#folding), min: 1, max: 1 };
      case '\\':
        return this.#escape(at);
      case '*':
      case '+':
      case '?':
        throw new PatternError('nothing to repeat', at);
      case '{':
        this.#cursor.at = at;
        if (this.#quantifier() !== undefined) throw new PatternError('nothing to repeat', at);
        this.#cursor.at = at + 1;
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
    if (!this.#cursor.take('?')) return this.#capture(null, at);
    const kind = this.#cursor.next('unexpected end of pattern');
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
        while (this.#cursor.next('missing ), unterminated comment') !== ')');
        return { text: '', min: 0, max: 0, isPosition: true };
      case '(':
        throw new PatternError('conditional groups are not supported here', at);
      default:
        return this.#flagGroup(kind, at);
    }
  }

  #lookbehind(at: number): Part {
    const kind = this.#cursor.next('unexpected end of pattern');
    if (kind !== '=' && kind !== '!') throw new PatternError(`unknown extension ?<${kind}`, at + 1);
    const inner = this.#wrapped(`(?<${kind}`, at);
    if (inner.min !== inner.max) throw new PatternError('look-behind requires fixed-width pattern', null);
    return { text: inner.text, min: 0, max: 0 };
  }

  #named(at: number): Part {
    const kind = this.#cursor.next('unexpected end of pattern');
    if (kind === '<') return this.#capture(this.#name('>'), at);
    if (kind !== '=') throw new PatternError(`unknown extension ?P${kind}`, at + 1);
    const start = this.#cursor.at;
    const name = this.#name(')');
    const number = this.groupNames.get(name);
    if (number === undefined) throw new PatternError(`unknown group name '${name}'`, start);
    return this.#reference(number, start);
  }

  #name(end: string): string {
    const start = this.#cursor.at;
    let name = '';
    for (
      let next = this.#cursor.next('missing group name');
      next !== end;
      next = this.#cursor.next(`missing ${end}, unterminated name`)
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
    for (; letter !== ')' && letter !== ':'; letter = this.#cursor.next('missing -, : or )')) {
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
    const inner = this.#alternatives();
    if (!this.#cursor.take(')')) throw new PatternError('missing ), unterminated subpattern', at);
    return { text: `${opening}${inner.text})`, min: inner.min, max: inner.max };
  }

  #escape(at: number): Part {
    const character = this.#cursor.next('bad escape (end of pattern)');
    if (character === 'A') return anchor('(?<!\\p{Any})');
    if (character === 'Z') return anchor('(?!\\p{Any})');
    if (character === 'b' || character === 'B') return anchor(this.#wordBoundary(character === 'B'));
    if (isClassLetter(character)) return { text: `[${classText(character, this.#flags.ascii)}]`, min: 1, max: 1 };
    if (/[1-9]/.test(character)) return this.#octalOrReference(at);
    return this.#literal(this.#cursor.escaped(character, at));
  }

  /** Three octal digits are a character, anything shorter is a group. */
  #octalOrReference(at: number): Part {
    this.#cursor.at = at + 1;
    if (/^[0-3][0-7]{2}$/.test(this.#cursor.ahead(3))) return this.#literal(this.#cursor.octal(3, 3) ?? '');
    const digits = /^\d+/.exec(this.#cursor.ahead(2))?.[0] ?? '';
    this.#cursor.at += digits.length;
    return this.#reference(Number(digits), at + 1);
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
}

function anchor(text: string): Part {
  return { text, min: 0, max: 0, isPosition: true };
}
