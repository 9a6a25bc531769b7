// Filters of latents as values, and their use; and how the items of a batch are seeded.
import { reinhardTonemap, sharpen } from '@snug/engine';
import { combo, defineNode, float, int, latent, socket } from '@snug/execution';

const pythonModule = 'comfy_extras.nodes_latent';
const operation = socket('LATENT_OPERATION');
const operations = { wire: 'v3', pythonModule, category: 'latent/advanced/operations', experimental: true } as const;

export const LatentApplyOperation = defineNode({
  id: 'LatentApplyOperation',
  ...operations,
  inputs: { samples: latent(), operation: operation() },
  outputs: [latent()],
  execute: ({ samples, operation }) => [{ ...samples, samples: operation(samples.samples) }],
});

export const LatentOperationTonemapReinhard = defineNode({
  id: 'LatentOperationTonemapReinhard',
  ...operations,
  inputs: { multiplier: float({ default: 1, min: 0, max: 100, step: 0.01 }) },
  outputs: [operation()],
  execute: ({ multiplier }) => [reinhardTonemap(multiplier)],
});

export const LatentOperationSharpen = defineNode({
  id: 'LatentOperationSharpen',
  ...operations,
  inputs: {
    sharpen_radius: int({ default: 9, min: 1, max: 31, step: 1 }),
    sigma: float({ default: 1, min: 0.1, max: 10, step: 0.1 }),
    alpha: float({ default: 0.1, min: 0, max: 5, step: 0.01 }),
  },
  outputs: [operation()],
  execute: ({ sharpen_radius: radius, ...options }) => [sharpen({ radius, ...options })],
});

export const LatentBatchSeedBehavior = defineNode({
  id: 'LatentBatchSeedBehavior',
  wire: 'v3',
  pythonModule,
  category: 'latent/advanced',
  inputs: { samples: latent(), seed_behavior: combo(['random', 'fixed'], { default: 'fixed' }) },
  outputs: [latent()],
  execute: ({ samples: { batch_index, ...latent }, seed_behavior }) => {
    if (seed_behavior === 'random') return [latent];
    const items = latent.samples.dims[0] ?? 1;
    return [{ ...latent, batch_index: Array<number>(items).fill(batch_index?.[0] ?? 0) }];
  },
});
