import { expect, test } from 'vitest';
import { type Catalogue, describeNode, type NodeDescription } from '../catalogue/node-description.ts';
import { defineNode } from '../contract/define-node.ts';
import { NodeRegistry } from '../contract/node-registry.ts';
import { nearestClass } from './nearest-class.ts';

const node = (id: string, displayName?: string, deprecated = false) =>
  defineNode({
    id,
    ...(displayName !== undefined && { displayName }),
    ...(deprecated && { deprecated }),
    inputs: {},
    outputs: [],
    execute: () => undefined,
  });

const registry = new NodeRegistry();
registry.registerPack({
  name: 'test',
  pythonModule: 'nodes',
  nodes: [
    node('CheckpointLoader', 'Load Checkpoint', true),
    node('CheckpointLoaderSimple', 'Load Checkpoint'),
    node('VAEDecode', 'VAE Decode'),
    node('VAEEncode', 'VAE Encode'),
    node('KSampler'),
  ],
});
const catalogue: Catalogue = new Map(
  [...registry].map((entry): [string, NodeDescription] => [entry.definition.id, describeNode(entry, {} as never)]),
);

test.each([
  ['LoadCheckpoint', 'CheckpointLoaderSimple'],
  ['Load Checkpoint', 'CheckpointLoaderSimple'],
  ['ksampler', 'KSampler'],
  ['KSamper', 'KSampler'],
  ['VAEDecoder', 'VAEDecode'],
  ['vae_encode', 'VAEEncode'],
])('%s most likely means %s', (wrong, right) => {
  expect(nearestClass(wrong, catalogue)).toBe(right);
});

test.each(['NoSuchNode', 'None', '', '5', '__proto__', 'Sampler of the third kind', 'K'.repeat(1_000_000)])(
  'nothing is suggested for %.40s',
  wrong => {
    expect(nearestClass(wrong, catalogue)).toBeNull();
  },
);
