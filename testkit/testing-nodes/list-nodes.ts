// Lists, accumulations (a list as one value) and integer arithmetic.
import { any, combo, custom, defineNode, int } from '@snug/execution';
import { variantValidator } from './variant.ts';

const CATEGORY = 'Testing/Lists';
const LIMIT = 0xffffffffffffffffn;

interface Accumulation {
  readonly accum: readonly unknown[];
}

const accumulation = () => custom<Accumulation>('ACCUMULATION');
const optionalAny = () => any({ optional: true });

const wideInt = int({ default: 0, min: -LIMIT, max: LIMIT, step: 1, big: true });

export const TestIntMathOperation = defineNode({
  id: 'TestIntMathOperation',
  category: 'Testing/Logic',
  inputs: { a: wideInt, b: wideInt, operation: combo(['add', 'subtract', 'multiply', 'divide', 'modulo', 'power']) },
  outputs: [int({ big: true })],
  execute: ({ a, b, operation }) => {
    switch (operation) {
      case 'add':
        return [a + b];
      case 'subtract':
        return [a - b];
      case 'multiply':
        return [a * b];
      case 'divide':
        return [(a - floorModulo(a, b)) / b];
      case 'modulo':
        return [floorModulo(a, b)];
      case 'power':
        return [a ** b];
    }
  },
});

/** Remainder with the sign of the divisor. */
function floorModulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}

const makeListInputs = {
  value1: any(),
  value0: optionalAny(),
  value2: optionalAny(),
  value3: optionalAny(),
  value4: optionalAny(),
  value5: optionalAny(),
  value6: optionalAny(),
  value7: optionalAny(),
  value8: optionalAny(),
  value9: optionalAny(),
};

export const TestMakeListNode = defineNode({
  id: 'TestMakeListNode',
  category: CATEGORY,
  inputs: makeListInputs,
  outputs: [any({ isList: true })],
  validate: variantValidator(makeListInputs),
  execute: args => {
    const values: Readonly<Record<string, unknown>> = args;
    const names = Array.from({ length: 10 }, (_, n) => `value${n}`);
    return [names.filter(name => name in values).map(name => values[name])];
  },
});

const accumulateInputs = {
  to_add: any(),
  accumulation: custom<Accumulation>('ACCUMULATION', { optional: true }),
};

export const TestAccumulateNode = defineNode({
  id: 'TestAccumulateNode',
  category: CATEGORY,
  inputs: accumulateInputs,
  outputs: [accumulation()],
  validate: variantValidator(accumulateInputs),
  execute: ({ to_add, accumulation: old }) => [{ accum: [...(old?.accum ?? []), to_add] }],
});

const oneAccumulation = { accumulation: accumulation() };

export const TestAccumulationHeadNode = defineNode({
  id: 'TestAccumulationHeadNode',
  category: CATEGORY,
  inputs: oneAccumulation,
  outputs: [accumulation(), any()],
  validate: variantValidator(oneAccumulation),
  execute: ({ accumulation: { accum } }) => [{ accum: accum.slice(1) }, accum[0] ?? null],
});

export const TestAccumulationTailNode = defineNode({
  id: 'TestAccumulationTailNode',
  category: CATEGORY,
  inputs: oneAccumulation,
  outputs: [custom<Accumulation | null>('ACCUMULATION'), any()],
  validate: variantValidator(oneAccumulation),
  execute: ({ accumulation: old }) => {
    if (old.accum.length === 0) return [null, old];
    return [{ accum: old.accum.slice(0, -1) }, old.accum.at(-1)];
  },
});

export const TestAccumulationToListNode = defineNode({
  id: 'TestAccumulationToListNode',
  category: CATEGORY,
  inputs: oneAccumulation,
  outputs: [any({ isList: true })],
  validate: variantValidator(oneAccumulation),
  execute: ({ accumulation: { accum } }) => [accum],
});

const listInputs = { list: any() };

export const TestListToAccumulationNode = defineNode({
  id: 'TestListToAccumulationNode',
  category: CATEGORY,
  inputIsList: true,
  inputs: listInputs,
  outputs: [accumulation()],
  validate: variantValidator(listInputs),
  execute: ({ list }) => [{ accum: list }],
});

export const TestAccumulationGetLengthNode = defineNode({
  id: 'TestAccumulationGetLengthNode',
  category: CATEGORY,
  inputs: oneAccumulation,
  outputs: [int()],
  validate: variantValidator(oneAccumulation),
  execute: ({ accumulation: { accum } }) => [accum.length],
});

const index = int({ default: 0, step: 1 });
const getItemInputs = { accumulation: accumulation(), index };

export const TestAccumulationGetItemNode = defineNode({
  id: 'TestAccumulationGetItemNode',
  category: CATEGORY,
  inputs: getItemInputs,
  outputs: [any()],
  validate: variantValidator(getItemInputs),
  execute: ({ accumulation: { accum }, index: at }) => [accum.at(at)],
});

const setItemInputs = { accumulation: accumulation(), index, value: any() };

export const TestAccumulationSetItemNode = defineNode({
  id: 'TestAccumulationSetItemNode',
  category: CATEGORY,
  inputs: setItemInputs,
  outputs: [accumulation()],
  validate: variantValidator(setItemInputs),
  execute: ({ accumulation: { accum }, index: at, value }) => [{ accum: accum.with(at, value) }],
});
