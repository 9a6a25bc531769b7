// Regular expressions as Python writes them, for nodes whose users know that dialect (docs.python.org/3/library/re.html):
// translated into JavaScript with the same matches. Letters, digits and blanks are those of Unicode, `$` accepts a final line
// break, groups may be called `(?P<name>...)`, and what JavaScript lacks (`{,n}`, possessive repeats, atomic groups, scoped flags,
// verbose patterns) is spelled out. Every group gets a name of ours, so that helper groups never shift the numbers.
import { type PatternFlags, PatternReader } from './pattern-reader.ts';

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
  const reader = new PatternReader(pattern, flags);
  const text = reader.translate();
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
