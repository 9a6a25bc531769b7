// Blank latents that are no pictures: sounds and three-dimensional shapes. They carry their kind as `type`.

import { roundHalfEven } from '@snug/engine';
import { defineNode, float, int, latent } from '@snug/execution';
import { blankTensor } from './latent-shapes.ts';

const SAMPLE_RATE = 44_100;
const batchTooltip = 'How many latents are made together.';

/** Stable Audio: 64 channels, one cell per 2048 sound samples, an even number of cells. */
export const EmptyLatentAudio = defineNode({
  id: 'EmptyLatentAudio',
  displayName: 'Empty Latent Audio',
  pythonModule: 'comfy_extras.nodes_audio',
  category: 'latent/audio',
  inputs: {
    seconds: float({ default: 47.6, min: 1, max: 1000, step: 0.1 }),
    batch_size: int({ default: 1, min: 1, max: 4096, tooltip: batchTooltip }),
  },
  outputs: [latent()],
  execute: ({ seconds, batch_size }) => {
    const length = roundHalfEven((seconds * SAMPLE_RATE) / 2048 / 2) * 2;
    return [{ samples: blankTensor([batch_size, 64, length]), type: 'audio' }];
  },
});

/** ACE-Step: 8 channels of 16 bands, one column per 8 spectra of 512 sound samples. */
export const EmptyAceStepLatentAudio = defineNode({
  id: 'EmptyAceStepLatentAudio',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_ace',
  category: 'latent/audio',
  inputs: {
    seconds: float({ default: 120, min: 1, max: 1000, step: 0.1 }),
    batch_size: int({ tooltip: batchTooltip, default: 1, min: 1, max: 4096 }),
  },
  outputs: [latent()],
  execute: ({ seconds, batch_size }) => {
    const length = Math.floor((seconds * SAMPLE_RATE) / 512 / 8);
    return [{ samples: blankTensor([batch_size, 8, 16, length]), type: 'audio' }];
  },
});

export const EmptyLatentHunyuan3Dv2 = defineNode({
  id: 'EmptyLatentHunyuan3Dv2',
  pythonModule: 'comfy_extras.nodes_hunyuan3d',
  category: 'latent/3d',
  inputs: {
    resolution: int({ default: 3072, min: 1, max: 8192 }),
    batch_size: int({ default: 1, min: 1, max: 4096, tooltip: batchTooltip }),
  },
  outputs: [latent()],
  execute: ({ resolution, batch_size }) => [
    { samples: blankTensor([batch_size, 64, resolution]), type: 'hunyuan3dv2' },
  ],
});
