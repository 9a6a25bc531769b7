// Single characters and character classes of Python's regular expressions as JavaScript spells them (flag `v`).

/** How letters compare. */
export interface CaseFolding {
  readonly ignoreCase: boolean;
  /** Only A to Z have two cases. */
  readonly ascii: boolean;
}

/** A range of code points, or a class such as `\d` by its letter. */
export type ClassItem = { readonly from: number; readonly to: number } | { readonly kind: string };

/** One character that stands for itself; a set of its cases where case does not matter. */
export function literalText(character: string, { ignoreCase, ascii }: CaseFolding): string {
  if (!ignoreCase) return escaped(character);
  const isFolded = !ascii || /^[A-Za-z]$/.test(character);
  const cases = isFolded ? [character, character.toLowerCase(), character.toUpperCase()] : [character];
  const single = [...new Set(cases.filter(form => [...form].length === 1))];
  return single.length > 1 ? `[${single.map(escaped).join('')}]` : escaped(character);
}

/** The letters of classes such as `\d`. */
export function isClassLetter(letter: string | undefined): letter is string {
  return letter !== undefined && 'dDsSwW'.includes(letter);
}

/** Members of a class, to stand between brackets. */
export function classText(letter: string, isAscii: boolean): string {
  switch (letter) {
    case 'd':
      return isAscii ? '0-9' : '\\p{Nd}';
    case 'D':
      return isAscii ? '^0-9' : '^\\p{Nd}';
    case 's':
      return isAscii ? ASCII_BLANKS : BLANKS;
    case 'S':
      return `^${isAscii ? ASCII_BLANKS : BLANKS}`;
    case 'w':
      return isAscii ? ASCII_WORD : WORD;
    default:
      return `^${isAscii ? ASCII_WORD : WORD}`;
  }
}

const ASCII_BLANKS = ' \\t-\\r';
/** What `str.isspace` says yes to. */
const BLANKS = ' \\t-\\r\\x1c-\\x1f\\x85\\p{Z}';
const ASCII_WORD = 'A-Za-z0-9_';
/** What `str.isalnum` says yes to, and the underscore. */
const WORD = '\\p{L}\\p{N}_';

function escaped(character: string): string {
  return /^[A-Za-z0-9]$/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
