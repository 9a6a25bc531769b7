// Values that only some kinds of models read. They travel with the conditioning; a model that does not know them leaves them
// alone.
import { withConditioningOptions } from '@snug/engine';
import { clipVisionOutput, conditioning, defineNode, float } from '@snug/execution';

const flux = { wire: 'v3', pythonModule: 'comfy_extras.nodes_flux', category: 'advanced/conditioning/flux' } as const;

export const FluxGuidance = defineNode({
  id: 'FluxGuidance',
  ...flux,
  inputs: { conditioning: conditioning(), guidance: float({ default: 3.5, min: 0, max: 100, step: 0.1 }) },
  outputs: [conditioning()],
  execute: ({ conditioning, guidance }) => [withConditioningOptions(conditioning, { guidance })],
});

export const FluxDisableGuidance = defineNode({
  id: 'FluxDisableGuidance',
  ...flux,
  description: 'Takes the distilled guidance of Flux and similar models away.',
  inputs: { conditioning: conditioning() },
  outputs: [conditioning()],
  execute: ({ conditioning }) => [withConditioningOptions(conditioning, { guidance: null })],
});

export const unCLIPConditioning = defineNode({
  id: 'unCLIPConditioning',
  category: 'conditioning',
  inputs: {
    conditioning: conditioning(),
    clip_vision_output: clipVisionOutput(),
    strength: float({ default: 1, min: -10, max: 10, step: 0.01 }),
    noise_augmentation: float({ default: 0, min: 0, max: 1, step: 0.01 }),
  },
  outputs: [conditioning()],
  execute: ({ conditioning, ...image }) => {
    if (image.strength === 0) return [conditioning];
    return [
      conditioning.map(([embedding, options]) => {
        const known = Array.isArray(options['unclip_conditioning']) ? options['unclip_conditioning'] : [];
        return [embedding, { ...options, unclip_conditioning: [...known, image] }] as const;
      }),
    ];
  },
});
