// All testing nodes under the class names that suites written for the reference use. None of them needs a model, but for
// TestSamplingInExpansion.
import type { NodePack } from '@snug/execution';
import * as asyncNodes from './async-nodes.ts';
import * as conditionNodes from './condition-nodes.ts';
import * as listNodes from './list-nodes.ts';
import * as loopNodes from './loop-nodes.ts';
import * as specificNodes from './specific-nodes.ts';
import * as stubNodes from './stub-nodes.ts';
import * as validationNodes from './validation-nodes.ts';

export const testingPack: NodePack = {
  name: 'testing-nodes',
  pythonModule: 'custom_nodes.testing-nodes',
  nodes: [
    ...Object.values(stubNodes),
    ...Object.values(specificNodes),
    ...Object.values(validationNodes),
    ...Object.values(conditionNodes),
    ...Object.values(loopNodes),
    ...Object.values(listNodes),
    ...Object.values(asyncNodes),
  ],
};

/** Entry point for workers that load the pack by its URL. */
export function createPack(): NodePack {
  return testingPack;
}
