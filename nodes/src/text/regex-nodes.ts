// Nodes that search and replace by regular expressions, in the dialect of Python.
import { boolean, combo, defineNode, int, string } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { PatternError } from './pattern-error.ts';
import { compilePythonPattern, findMatches, type PythonPattern } from './python-pattern.ts';
import { groupOf, parseReplacement, replaceMatches } from './python-replacement.ts';

const family = { wire: 'v3', category: 'utils/string', pythonModule: 'comfy_extras.nodes_string' } as const;

const text = { string: string({ multiline: true }), regex_pattern: string({ multiline: true }) };

const flagInputs = {
  case_insensitive: boolean({ default: true }),
  multiline: boolean({ default: false }),
  dotall: boolean({ default: false }),
};

interface PatternInputs {
  readonly regex_pattern: string;
  readonly case_insensitive?: boolean | undefined;
  readonly multiline?: boolean | undefined;
  readonly dotall?: boolean | undefined;
}

function compile({ regex_pattern, case_insensitive = true, multiline = false, dotall = false }: PatternInputs) {
  return compilePythonPattern(regex_pattern, { ignoreCase: case_insensitive, multiline, dotAll: dotall });
}

/** A pattern that is none matches nothing, as in the reference. */
function compileOrNothing(inputs: PatternInputs): PythonPattern | undefined {
  try {
    return compile(inputs);
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

export const RegexMatch = defineNode({
  ...family,
  id: 'RegexMatch',
  displayName: 'Regex Match',
  inputs: { ...text, ...flagInputs },
  outputs: [boolean({ name: 'matches' })],
  execute: ({ string, ...inputs }) => [compileOrNothing(inputs)?.expression.test(string) ?? false],
});

export const RegexExtract = defineNode({
  ...family,
  id: 'RegexExtract',
  displayName: 'Regex Extract',
  inputs: {
    ...text,
    mode: combo(['First Match', 'All Matches', 'First Group', 'All Groups']),
    ...flagInputs,
    group_index: int({ default: 1, min: 0, max: 100 }),
  },
  outputs: [string()],
  execute: ({ string, mode, group_index, ...inputs }) => {
    const pattern = compileOrNothing(inputs);
    if (pattern === undefined) return [''];
    const matches = [...findMatches(pattern, string)];
    switch (mode) {
      case 'First Match':
        return [matches[0]?.[0] ?? ''];
      case 'All Matches':
        return [matches.map(match => groupOf(match, Math.min(1, pattern.groupCount)) ?? '').join('\n')];
      case 'First Group':
        return [firstGroup(matches[0], pattern, group_index)];
      case 'All Groups':
        return [allGroups(matches, pattern, group_index)];
    }
  },
});

/** A group that took no part has no text, and says so downstream. */
function firstGroup(match: RegExpExecArray | undefined, pattern: PythonPattern, group: number): string {
  if (match === undefined || group > pattern.groupCount) return '';
  return groupOf(match, group) ?? (null as never);
}

function allGroups(matches: readonly RegExpExecArray[], pattern: PythonPattern, group: number): string {
  if (group > pattern.groupCount) return '';
  const texts = matches.map((match, i) => {
    const found = groupOf(match, group);
    if (found === undefined) throw new NodeError('REGEX_GROUP_UNUSED', { group, match: i + 1 });
    return found;
  });
  return texts.join('\n');
}

export const RegexReplace = defineNode({
  ...family,
  id: 'RegexReplace',
  displayName: 'Regex Replace',
  description: 'Replaces what a regular expression (in the dialect of Python) finds in a text.',
  inputs: {
    ...text,
    replace: string({ multiline: true }),
    case_insensitive: boolean({ default: true, optional: true }),
    multiline: boolean({ default: false, optional: true }),
    dotall: boolean({ default: false, optional: true, tooltip: 'Lets a dot match line breaks, too.' }),
    count: int({ default: 0, min: 0, max: 100, optional: true, tooltip: 'Most replacements; 0 replaces every match.' }),
  },
  outputs: [string()],
  execute: ({ string, replace, count = 0, ...inputs }) => {
    try {
      const pattern = compile(inputs);
      return [replaceMatches(string, pattern, parseReplacement(replace, pattern), count)];
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw new NodeError('REGEX_INVALID', { pattern: inputs.regex_pattern, reason: error.message }, { cause: error });
    }
  },
});
