// Latents side by side, one after the other in time, on top of each other, and parts of them.
import { concatAxis, fitBatch, pasteLatent, sliceAxis } from '@snug/engine';
import { combo, defineNode, int, latent } from '@snug/execution';
import type { Latent } from '../node-types.ts';
import { cells, requireFrames, requirePlanes } from './latent-shapes.ts';
import { MAX_RESOLUTION } from './max-resolution.ts';

const advanced = { wire: 'v3', pythonModule: 'comfy_extras.nodes_latent', category: 'latent/advanced' } as const;

/** Index of the axis that a node calls x, y or t. */
function axisOf(name: string, samples: Latent, node: string): number {
  if (name === 't') return requireFrames(samples, node);
  const { x, y } = requirePlanes(samples, node);
  return name === 'x' ? x : y;
}

export const LatentConcat = defineNode({
  id: 'LatentConcat',
  ...advanced,
  inputs: { samples1: latent(), samples2: latent(), dim: combo(['x', '-x', 'y', '-y', 't', '-t']) },
  outputs: [latent()],
  execute: ({ samples1, samples2, dim }) => {
    const axis = axisOf(dim.replace('-', ''), samples1, 'LatentConcat');
    const first = samples1.samples;
    const second = fitBatch(samples2.samples, first.dims[0] ?? 0);
    // A minus puts the second one first.
    const parts = dim.startsWith('-') ? [second, first] : [first, second];
    return [{ ...samples1, samples: concatAxis(parts, axis) }];
  },
});

export const LatentCut = defineNode({
  id: 'LatentCut',
  ...advanced,
  inputs: {
    samples: latent(),
    dim: combo(['x', 'y', 't']),
    index: int({ default: 0, min: -MAX_RESOLUTION, max: MAX_RESOLUTION, step: 1 }),
    amount: int({ default: 1, min: 1, max: MAX_RESOLUTION, step: 1 }),
  },
  outputs: [latent()],
  execute: ({ samples, dim, index, amount }) => {
    const axis = axisOf(dim, samples, 'LatentCut');
    const size = samples.samples.dims[axis]!;
    // A negative index counts from the end; both stay inside.
    const start = index < 0 ? Math.max(0, size + index) : Math.min(index, size - 1);
    return [{ ...samples, samples: sliceAxis(samples.samples, axis, start, Math.min(amount, size - start)) }];
  },
});

const position = int({ default: 0, min: 0, max: MAX_RESOLUTION, step: 8 });

export const LatentComposite = defineNode({
  id: 'LatentComposite',
  displayName: 'Latent Composite',
  category: 'latent',
  inputs: { samples_to: latent(), samples_from: latent(), x: position, y: position, feather: position },
  outputs: [latent()],
  execute: ({ samples_to, samples_from, x, y, feather }) => {
    const place = { x: cells(x), y: cells(y), feather: cells(feather) };
    return [{ ...samples_to, samples: pasteLatent(samples_to.samples, samples_from.samples, place) }];
  },
});
