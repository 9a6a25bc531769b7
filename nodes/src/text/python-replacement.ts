// Replacement texts as Python writes them: `\1`, `\g<1>`, `\g<name>` and the usual escapes; a dollar sign is nothing special
// (docs.python.org/3/library/re.html#re.sub).
import { PatternError } from './pattern-error.ts';
import { findMatches, type PythonPattern } from './python-pattern.ts';

/** Texts and group numbers, in order. */
export type Replacement = readonly (string | number)[];

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** `\g<...>`, a number in octal, a group number, any other escape, or plain text. */
const PIECES = /\\g(?:<([^>]*)>)?|\\(0[0-7]{0,2}|[0-3][0-7]{2})|\\(\d{1,2})|\\([\s\S]?)|[^\\]+/gu;

/** @throws {PatternError} for groups that the pattern does not have and escapes that mean nothing. */
export function parseReplacement(text: string, { groupCount, groupNames }: PythonPattern): Replacement {
  return Array.from(text.matchAll(PIECES), ({ 0: piece, 1: name, 2: octal, 3: number, 4: letter, index }) => {
    if (piece.startsWith('\\g')) return namedGroup(name, index, groupCount, groupNames);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (number !== undefined) return existingGroup(Number(number), index + 1, groupCount);
    if (letter === undefined) return piece;
    if (letter === '') throw new PatternError('bad escape (end of pattern)', index);
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if (/[A-Za-z]/.test(letter)) throw new PatternError(`bad escape \\${letter}`, index);
    return piece;
  });
}

/** Replaces the first `count` matches, all of them when it is 0. A group that took no part gives nothing. */
export function replaceMatches(text: string, pattern: PythonPattern, replacement: Replacement, count: number): string {
  let left = count === 0 ? Number.POSITIVE_INFINITY : count;
  let result = '';
  let end = 0;
  for (const match of findMatches(pattern, text)) {
    if (left-- <= 0) break;
    result += text.slice(end, match.index);
    for (const part of replacement) result += typeof part === 'string' ? part : (groupOf(match, part) ?? '');
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

/** Text of a group of a match; group 0 is all of it, undefined is a group that took no part. */
export function groupOf(match: RegExpExecArray | RegExpMatchArray, number: number): string | undefined {
  return number === 0 ? match[0] : match.groups?.[`g${number}`];
}

function namedGroup(
  name: string | undefined,
  index: number,
  groupCount: number,
  names: ReadonlyMap<string, number>,
): number {
  if (name === undefined) throw new PatternError('missing <', index + 2);
  if (name === '') throw new PatternError('missing group name', index + 3);
  if (/^\d+$/.test(name)) return existingGroup(Number(name), index + 3, groupCount);
  const number = names.get(name);
  if (number === undefined) throw new PatternError(`unknown group name '${name}'`, index + 3);
  return number;
}

function existingGroup(number: number, at: number, groupCount: number): number {
  if (number > groupCount) throw new PatternError(`invalid group reference ${number}`, at);
  return number;
}
