// Reading a pattern from left to right, character by character (code points), and the escapes that stand for one character.
import { PatternError } from './pattern-error.ts';

const ESCAPED_CONTROLS: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Hexadecimal digits after `\\x`, `\\u` and `\\U`. */
const HEXADECIMAL_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

export class PatternCursor {
  readonly #characters: readonly string[];
  /** Position of the next character. */
  at = 0;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  get isAtEnd(): boolean {
    return this.at >= this.#characters.length;
  }

  peek(distance = 0): string | undefined {
    return this.#characters[this.at + distance];
  }

  /** The next characters as one text. */
  ahead(count: number): string {
    return this.#characters.slice(this.at, this.at + count).join('');
  }

  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  next(problem = 'unexpected end of pattern'): string {
    const character = this.peek();
    if (character === undefined) throw new PatternError(problem, this.at);
    this.at++;
    return character;
  }

  /** Blanks and comments of verbose patterns. */
  skipBlanks(): void {
    for (;;) {
      const character = this.peek();
      if (character === '#') while (!this.isAtEnd && this.peek() !== '\n') this.at++;
      else if (character !== undefined && /^[ \t\n\r\f\v]$/.test(character)) this.at++;
      else return;
    }
  }

  /** As many octal digits as there are, up to `count`, as a character; undefined when there are fewer than `least`. */
  octal(least: number, count: number): string | undefined {
    const digits = /^[0-7]*/.exec(this.ahead(count))?.[0] ?? '';
    if (digits.length < least) return undefined;
    this.at += digits.length;
    return String.fromCodePoint(Number.parseInt(`0${digits}`, 8));
  }

  /** The character that an escape stands for; `letter` was read, `start` is the position of its backslash. */
  escaped(letter: string, start: number): string {
    const control = ESCAPED_CONTROLS[letter];
    if (control !== undefined) return String.fromCodePoint(control);
    const width = HEXADECIMAL_DIGITS[letter];
    if (width !== undefined) return this.#hexadecimal(letter, width, start);
    if (letter === '0') return this.octal(0, 2) ?? '\0';
    if (/[A-Za-z0-9]/.test(letter)) throw new PatternError(`bad escape \\${letter}`, start);
    return letter;
  }

  #hexadecimal(letter: string, width: number, start: number): string {
    const digits = this.ahead(width);
    const code = Number.parseInt(digits, 16);
    if (!new RegExp(`^[0-9a-fA-F]{${width}}$`).test(digits) || code > 0x10ffff) {
      throw new PatternError(`incomplete escape \\${letter}${digits}`, start);
    }
    this.at += width;
    return String.fromCodePoint(code);
  }
}
