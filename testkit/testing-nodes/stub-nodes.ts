// Stubs: sources of pictures, masks and numbers.
import { combo, defineNode, float, int } from '@snug/execution';
import { filled, map, stubImage, stubMask } from './stub-image.ts';

const CATEGORY = 'Testing/Stub Nodes';

const size = {
  height: int({ default: 512, min: 1, max: 1024 ** 3, step: 1 }),
  width: int({ default: 512, min: 1, max: 4096 ** 3, step: 1 }),
  batch_size: int({ default: 1, min: 1, max: 1024 ** 3, step: 1 }),
};

const level = float({ default: 0.5, min: 0, max: 1, step: 0.01 });

export const StubImage = defineNode({
  id: 'StubImage',
  category: CATEGORY,
  inputs: { content: combo(['WHITE', 'BLACK', 'NOISE']), ...size },
  outputs: [stubImage()],
  execute: ({ content, batch_size, height, width }) => {
    const blank = filled(content === 'WHITE' ? 1 : 0, batch_size, height, width, 3);
    return [content === 'NOISE' ? map(blank, () => Math.random()) : blank];
  },
});

export const StubConstantImage = defineNode({
  id: 'StubConstantImage',
  category: CATEGORY,
  inputs: { value: level, ...size },
  outputs: [stubImage()],
  execute: ({ value, batch_size, height, width }) => [filled(value, batch_size, height, width, 3)],
});

export const StubMask = defineNode({
  id: 'StubMask',
  category: CATEGORY,
  inputs: { value: level, ...size },
  outputs: [stubMask()],
  execute: ({ value, batch_size, height, width }) => [filled(value, batch_size, height, width)],
});

export const StubInt = defineNode({
  id: 'StubInt',
  category: CATEGORY,
  inputs: { value: int({ default: 0, min: -0xffffffff, max: 0xffffffff, step: 1 }) },
  outputs: [int()],
  execute: ({ value }) => [value],
});

export const StubFloat = defineNode({
  id: 'StubFloat',
  category: CATEGORY,
  inputs: { value: float({ default: 0, min: -1e38, max: 1e38, step: 0.01 }) },
  outputs: [float()],
  execute: ({ value }) => [value],
});
