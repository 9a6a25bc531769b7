// Constants as nodes, so that one value can feed many inputs.
import { boolean, defineNode, float, int, string } from '@snug/execution';

const family = { wire: 'v3', category: 'utils/primitive', pythonModule: 'comfy_extras.nodes_primitive' } as const;

/** Largest number of 64 bits with a sign. */
const LARGEST = 2n ** 63n - 1n;

export const PrimitiveString = defineNode({
  ...family,
  id: 'PrimitiveString',
  displayName: 'String',
  inputs: { value: string({ multiline: false }) },
  outputs: [string()],
  execute: ({ value }) => [value],
});

export const PrimitiveStringMultiline = defineNode({
  ...family,
  id: 'PrimitiveStringMultiline',
  displayName: 'String (Multiline)',
  inputs: { value: string({ multiline: true }) },
  outputs: [string()],
  execute: ({ value }) => [value],
});

export const PrimitiveInt = defineNode({
  ...family,
  id: 'PrimitiveInt',
  displayName: 'Int',
  inputs: { value: int({ min: -LARGEST, max: LARGEST, control_after_generate: true, big: true }) },
  outputs: [int({ big: true })],
  execute: ({ value }) => [value],
});

export const PrimitiveFloat = defineNode({
  ...family,
  id: 'PrimitiveFloat',
  displayName: 'Float',
  inputs: { value: float({ min: -LARGEST, max: LARGEST }) },
  outputs: [float()],
  execute: ({ value }) => [value],
});

export const PrimitiveBoolean = defineNode({
  ...family,
  id: 'PrimitiveBoolean',
  displayName: 'Boolean',
  inputs: { value: boolean() },
  outputs: [boolean()],
  execute: ({ value }) => [value],
});
