// Nodes that cut, join and compare texts as Python does.
import { boolean, combo, defineNode, int, string } from '@snug/execution';
import { capitalized, characterCount, sliceCharacters, stripped, titled } from './text-values.ts';

const family = { wire: 'v3', category: 'utils/string', pythonModule: 'comfy_extras.nodes_string' } as const;
const longText = () => string({ multiline: true });

export const StringConcatenate = defineNode({
  ...family,
  id: 'StringConcatenate',
  displayName: 'Concatenate',
  inputs: { string_a: longText(), string_b: longText(), delimiter: string({ default: '', multiline: false }) },
  outputs: [string()],
  execute: ({ string_a, string_b, delimiter }) => [`${string_a}${delimiter}${string_b}`],
});

export const StringSubstring = defineNode({
  ...family,
  id: 'StringSubstring',
  displayName: 'Substring',
  inputs: { string: longText(), start: int(), end: int() },
  outputs: [string()],
  execute: ({ string, start, end }) => [sliceCharacters(string, start, end)],
});

export const StringLength = defineNode({
  ...family,
  id: 'StringLength',
  displayName: 'Length',
  inputs: { string: longText() },
  outputs: [int({ name: 'length' })],
  execute: ({ string }) => [characterCount(string)],
});

const cases = {
  UPPERCASE: (text: string) => text.toUpperCase(),
  lowercase: (text: string) => text.toLowerCase(),
  Capitalize: capitalized,
  'Title Case': titled,
} as const;

export const CaseConverter = defineNode({
  ...family,
  id: 'CaseConverter',
  displayName: 'Case Converter',
  inputs: { string: longText(), mode: combo(Object.keys(cases) as (keyof typeof cases)[]) },
  outputs: [string()],
  execute: ({ string, mode }) => [cases[mode](string)],
});

export const StringTrim = defineNode({
  ...family,
  id: 'StringTrim',
  displayName: 'Trim',
  inputs: { string: longText(), mode: combo(['Both', 'Left', 'Right']) },
  outputs: [string()],
  execute: ({ string, mode }) => [stripped(string, mode)],
});

export const StringReplace = defineNode({
  ...family,
  id: 'StringReplace',
  displayName: 'Replace',
  inputs: { string: longText(), find: longText(), replace: longText() },
  outputs: [string()],
  // Nothing at all is found between all characters, as in Python.
  execute: ({ string, find, replace }) => [
    find === ''
      ? replace + [...string].map(character => character + replace).join('')
      : string.split(find).join(replace),
  ],
});

export const StringContains = defineNode({
  ...family,
  id: 'StringContains',
  displayName: 'Contains',
  inputs: { string: longText(), substring: longText(), case_sensitive: boolean({ default: true }) },
  outputs: [boolean({ name: 'contains' })],
  execute: ({ string, substring, case_sensitive }) => {
    const fold = folding(case_sensitive);
    return [fold(string).includes(fold(substring))];
  },
});

const comparisons = {
  'Starts With': (a: string, b: string) => a.startsWith(b),
  'Ends With': (a: string, b: string) => a.endsWith(b),
  Equal: (a: string, b: string) => a === b,
} as const;

export const StringCompare = defineNode({
  ...family,
  id: 'StringCompare',
  displayName: 'Compare',
  inputs: {
    string_a: longText(),
    string_b: longText(),
    mode: combo(Object.keys(comparisons) as (keyof typeof comparisons)[]),
    case_sensitive: boolean({ default: true }),
  },
  outputs: [boolean()],
  execute: ({ string_a, string_b, mode, case_sensitive }) => {
    const fold = folding(case_sensitive);
    return [comparisons[mode](fold(string_a), fold(string_b))];
  },
});

function folding(isCaseSensitive: boolean): (text: string) => string {
  return isCaseSensitive ? text => text : text => text.toLowerCase();
}
