// Comparisons and logic, the conditions of loops.
import { any, boolean, combo, defineNode, float, int, string } from '@snug/execution';
import { JsonFloat } from '@snug/protocol';
import { isStubTensor } from './stub-image.ts';

const CATEGORY = 'Testing/Logic';
const COMPARISONS = ['==', '!=', '<', '>', '<=', '>='] as const;
const LIMIT = 0xffffffffffffffffn;

function compare<T extends number | bigint>(a: T, b: T, operation: (typeof COMPARISONS)[number]): boolean {
  switch (operation) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
  }
}

const wideInt = int({ default: 0, min: -LIMIT, max: LIMIT, step: 1, big: true });
const wideFloat = float({ default: 0, min: -999999999999, max: 999999999999, step: 1 });

export const TestIntConditions = defineNode({
  id: 'TestIntConditions',
  category: CATEGORY,
  inputs: { a: wideInt, b: wideInt, operation: combo(COMPARISONS) },
  outputs: [boolean()],
  execute: ({ a, b, operation }) => [compare(a, b, operation)],
});

export const TestFloatConditions = defineNode({
  id: 'TestFloatConditions',
  category: CATEGORY,
  inputs: { a: wideFloat, b: wideFloat, operation: combo(COMPARISONS) },
  outputs: [boolean()],
  execute: ({ a, b, operation }) => [compare(a, b, operation)],
});

export const TestStringConditions = defineNode({
  id: 'TestStringConditions',
  category: CATEGORY,
  inputs: {
    a: string({ multiline: false }),
    b: string({ multiline: false }),
    operation: combo(['a == b', 'a != b', 'a IN b', 'a MATCH REGEX(b)', 'a BEGINSWITH b', 'a ENDSWITH b']),
    case_sensitive: boolean({ default: true }),
  },
  outputs: [boolean()],
  execute: ({ a: rawA, b: rawB, operation, case_sensitive }) => {
    const [a, b] = case_sensitive ? [rawA, rawB] : [rawA.toLowerCase(), rawB.toLowerCase()];
    switch (operation) {
      case 'a == b':
        return [a === b];
      case 'a != b':
        return [a !== b];
      case 'a IN b':
        return [b.includes(a)];
      case 'a MATCH REGEX(b)':
        return [matchesAtStart(a, b)];
      case 'a BEGINSWITH b':
        return [a.startsWith(b)];
      case 'a ENDSWITH b':
        return [a.endsWith(b)];
    }
  },
});

function matchesAtStart(text: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`).test(text);
  } catch {
    // A pattern that is no pattern matches nothing.
    return false;
  }
}

export const TestToBoolNode = defineNode({
  id: 'TestToBoolNode',
  category: CATEGORY,
  inputs: { value: any(), invert: boolean({ default: false, optional: true }) },
  outputs: [boolean()],
  execute: ({ value, invert }) => {
    const isTrue = isStubTensor(value) ? value.data.some(item => item !== 0) : isTruthy(value);
    return [isTrue !== (invert === true)];
  },
});

function isTruthy(value: unknown): boolean {
  return value instanceof JsonFloat ? value.value !== 0 : Boolean(value);
}

export const TestBoolOperationNode = defineNode({
  id: 'TestBoolOperationNode',
  category: CATEGORY,
  inputs: {
    a: boolean({ default: false }),
    b: boolean({ default: false }),
    op: combo(['a AND b', 'a OR b', 'a XOR b', 'NOT a']),
  },
  outputs: [boolean()],
  execute: ({ a, b, op }) => {
    switch (op) {
      case 'a AND b':
        return [a && b];
      case 'a OR b':
        return [a || b];
      case 'a XOR b':
        return [a !== b];
      case 'NOT a':
        return [!a];
    }
  },
});
