// Nodes with custom validators: of values, of types, of both, and one that takes every argument.
import { defineNode, float, isFloat, union } from '@snug/execution';
import { filled, isStubTensor, map, type StubTensor, stubImage } from './stub-image.ts';
import { variantValidator } from './variant.ts';

const CATEGORY = 'Testing/Nodes';

/** Picture or number on both sides: a plain 512 picture for two numbers, else the product. */
function product(a: unknown, b: unknown): StubTensor {
  if (isStubTensor(a)) return isStubTensor(b) ? multiply(a, b) : map(a, pixel => pixel * Number(b));
  if (isStubTensor(b)) return map(b, pixel => pixel * Number(a));
  return filled(Number(a) * Number(b), 1, 512, 512, 3);
}

function multiply(a: StubTensor, b: StubTensor): StubTensor {
  return { data: a.data.map((value, index) => value * (b.data[index % b.data.length] ?? 0)), dims: a.dims };
}

type Named = Readonly<Record<string, unknown>>;

/** Complains about values that are neither a picture nor a float; a value that is not known yet is fine. */
function checkValues(values: Named): true | string {
  for (const name of ['input1', 'input2']) {
    const value = values[name];
    if (value === null || value === undefined || isStubTensor(value) || isFloat(value)) continue;
    return `Invalid type of ${name}: <class '${pythonType(value)}'>`;
  }
  return true;
}

function pythonType(value: unknown): string {
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' || typeof value === 'bigint' ? 'int' : 'object';
}

const pictureOrFloat = { input1: union(['IMAGE', 'FLOAT']), input2: union(['IMAGE', 'FLOAT']) };

export const TestCustomValidation1 = defineNode({
  id: 'TestCustomValidation1',
  category: CATEGORY,
  inputs: pictureOrFloat,
  outputs: [stubImage()],
  validate: { names: ['input1', 'input2'], check: values => checkValues(values) },
  execute: ({ input1, input2 }) => [product(input1, input2)],
});

export const TestCustomValidation2 = defineNode({
  id: 'TestCustomValidation2',
  category: CATEGORY,
  inputs: pictureOrFloat,
  outputs: [stubImage()],
  validate: {
    names: ['input1', 'input2'],
    wantsInputTypes: true,
    check: (values, { inputTypes }) => {
      for (const [name, type] of Object.entries(inputTypes)) {
        if (type !== 'IMAGE' && type !== 'FLOAT') return `Invalid type of ${name}: ${String(type)}`;
      }
      return checkValues(values);
    },
  },
  execute: ({ input1, input2 }) => [product(input1, input2)],
});

export const TestCustomValidation3 = defineNode({
  id: 'TestCustomValidation3',
  category: CATEGORY,
  inputs: pictureOrFloat,
  outputs: [stubImage()],
  validate: variantValidator(pictureOrFloat),
  execute: ({ input1, input2 }) => [product(input1, input2)],
});

export const TestCustomValidation4 = defineNode({
  id: 'TestCustomValidation4',
  category: CATEGORY,
  inputs: { input1: float(), input2: float() },
  outputs: [stubImage()],
  validate: {
    names: ['input1', 'input2'],
    check: values => {
      for (const [name, value] of Object.entries(values)) {
        if (value !== null && typeof value !== 'number') return `Invalid type of ${name}`;
      }
      return true;
    },
  },
  execute: ({ input1, input2 }) => [product(input1, input2)],
});

/** Takes every argument, which switches off the bounds of all inputs. */
export const TestCustomValidation5 = defineNode({
  id: 'TestCustomValidation5',
  category: CATEGORY,
  inputs: { input1: float({ min: 0, max: 1 }), input2: float({ min: 0, max: 1 }) },
  outputs: [stubImage()],
  validate: {
    names: 'all',
    check: ({ input2 }) => (input2 === 7 ? '7s are not allowed. I have a bad feeling about them.' : true),
  },
  execute: ({ input1, input2 }) => [product(input1, input2)],
});
