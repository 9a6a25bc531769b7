// What Python's text methods do, counted in characters (code points), not in UTF-16 units.

/** `text[start:end]`: negative positions count from the end, positions beyond it are its ends. */
export function sliceCharacters(text: string, start: number, end: number): string {
  return [...text].slice(start, end).join('');
}

export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** `str.capitalize`: the first character large, the rest small. */
export function capitalized(text: string): string {
  const [first = '', ...rest] = text;
  return titleCase(first) + rest.join('').toLowerCase();
}

/** `str.title`: every run of cased letters begins large and goes on small; anything else, also an apostrophe, ends it. */
export function titled(text: string): string {
  return text.replace(/\p{Cased}+/gu, word => {
    const [first = '', ...rest] = word;
    return titleCase(first) + rest.join('').toLowerCase();
  });
}

/** `str.strip` and its halves: the blanks of Unicode and the separators of ASCII. */
export function stripped(text: string, side: 'Both' | 'Left' | 'Right'): string {
  const start = side === 'Right' ? text : text.replace(LEADING_BLANKS, '');
  return side === 'Left' ? start : start.replace(TRAILING_BLANKS, '');
}

/** What `str.isspace` says yes to; the byte order mark is none, although JavaScript says so. */
const BLANKS = '[\\t-\\r\\x1c-\\x20\\x85\\p{Z}]';
const LEADING_BLANKS = new RegExp(`^${BLANKS}+`, 'u');
const TRAILING_BLANKS = new RegExp(`(?<!${BLANKS})${BLANKS}+$`, 'u');

/** Ligatures and digraphs have a title case of their own: one large letter, then small ones. */
function titleCase(character: string): string {
  const upper = character.toUpperCase();
  if (upper.length === character.length) return DIGRAPHS[upper] ?? upper;
  const [first = '', ...rest] = upper;
  return first + rest.join('').toLowerCase();
}

const DIGRAPHS: Readonly<Record<string, string>> = { Ǆ: 'ǅ', Ǉ: 'ǈ', Ǌ: 'ǋ', Ǳ: 'ǲ' };
