// Pictures, masks and latents for inpainting, with plain models (a noise mask) and with models made for it.
import { grownMask, inpaintPixels, withConditioningOptions } from '@snug/engine';
import { boolean, conditioning, defineNode, image, int, latent, mask, vae } from '@snug/execution';

export const VAEEncodeForInpaint = defineNode({
  id: 'VAEEncodeForInpaint',
  displayName: 'VAE Encode (for Inpainting)',
  category: 'latent/inpaint',
  inputs: {
    pixels: image(),
    vae: vae(),
    mask: mask(),
    grow_mask_by: int({ default: 6, min: 0, max: 64, step: 1 }),
  },
  outputs: [latent()],
  execute: async ({ pixels, vae, mask, grow_mask_by }, { signal }) => {
    const prepared = inpaintPixels(pixels, mask, vae.downscale);
    const samples = await vae.encode(prepared.greyed, { signal });
    return [{ samples, noise_mask: grownMask(prepared.mask, grow_mask_by) }];
  },
});

export const SetLatentNoiseMask = defineNode({
  id: 'SetLatentNoiseMask',
  displayName: 'Set Latent Noise Mask',
  category: 'latent/inpaint',
  inputs: { samples: latent(), mask: mask() },
  outputs: [latent()],
  execute: ({ samples, mask: { data, dims } }) => {
    const [height = 1, width = 1] = dims.slice(-2);
    const noise_mask = { data, dims: [data.length / Math.max(1, height * width), 1, height, width] };
    return [{ ...samples, noise_mask }];
  },
});

export const InpaintModelConditioning = defineNode({
  id: 'InpaintModelConditioning',
  category: 'conditioning/inpaint',
  inputs: {
    positive: conditioning(),
    negative: conditioning(),
    vae: vae(),
    pixels: image(),
    mask: mask(),
    noise_mask: boolean({
      default: true,
      tooltip: 'Also put the mask on the latent, so that the sampler keeps everything outside of it.',
    }),
  },
  outputs: [conditioning({ name: 'positive' }), conditioning({ name: 'negative' }), latent({ name: 'latent' })],
  execute: async ({ positive, negative, vae, pixels, mask, noise_mask }, { signal }) => {
    const prepared = inpaintPixels(pixels, mask, vae.downscale);
    const concat_latent_image = await vae.encode(prepared.greyed, { signal });
    const samples = await vae.encode(pixels, { signal });
    const options = { concat_latent_image, concat_mask: prepared.mask };
    return [
      withConditioningOptions(positive, options),
      withConditioningOptions(negative, options),
      noise_mask ? { samples, noise_mask: prepared.mask } : { samples },
    ];
  },
});
