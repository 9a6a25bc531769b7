// Nodes that read one picture file: as picture and mask, or one channel of it as a mask.
import { channelMask, type DecodedImage, type MaskChannel, type Tensor } from '@snug/engine';
import { combo, custom, defineNode, image, mask } from '@snug/execution';
import { checkFile, inOutput } from './file-choice.ts';
import { isPictureName, loadPicture, pictureFingerprint } from './picture-file.ts';

export const LoadImage = defineNode({
  id: 'LoadImage',
  displayName: 'Load Image',
  category: 'image',
  inputs: env => ({ image: combo(env.inputFiles().filter(isPictureName), { image_upload: true }) }),
  outputs: [image(), mask()],
  validate: { names: ['image'], check: ({ image }, _, { files }) => checkFile(image, files) },
  fingerprint: ({ image }, _, env) => pictureFingerprint(image, env),
  async execute({ image }, { services }) {
    const decoded = await loadPicture(image, services.files);
    return [decoded.image, decoded.mask];
  },
});

export const LoadImageMask = defineNode({
  id: 'LoadImageMask',
  displayName: 'Load Image (as Mask)',
  category: 'mask',
  inputs: env => ({
    image: combo(env.inputFiles().filter(isPictureName), { image_upload: true }),
    channel: combo(['alpha', 'red', 'green', 'blue'] as const),
  }),
  outputs: [mask()],
  validate: { names: ['image'], check: ({ image }, _, { files }) => checkFile(image, files) },
  fingerprint: ({ image }, _, env) => pictureFingerprint(image, env),
  execute: async ({ image, channel }, { services }) => [maskOf(await loadPicture(image, services.files), channel)],
});

/** [1, height, width] of the first frame. Nothing is masked by the alpha of a picture that has none. */
function maskOf({ image, mask }: DecodedImage, channel: MaskChannel): Tensor {
  const [, height = 0, width = 0, channels = 0] = image.dims;
  const dims = [1, height, width];
  if (channel !== 'alpha') {
    const first = image.data.subarray(0, height * width * channels);
    return channelMask({ data: first, dims: [...dims, channels] }, channel);
  }
  const hasAlpha = mask.dims[1] === height && mask.dims[2] === width;
  return { data: hasAlpha ? mask.data.slice(0, height * width) : new Float32Array(height * width), dims };
}

export const LoadImageOutput = defineNode({
  id: 'LoadImageOutput',
  displayName: 'Load Image (from Outputs)',
  category: 'image',
  description: 'Takes a picture from the output folder; its list is asked for again by the refresh button.',
  experimental: true,
  inputs: {
    // The front end asks for the options itself, so that a prompt that was just executed shows its pictures.
    image: custom<string>('COMBO', {
      image_upload: true,
      image_folder: 'output',
      remote: { route: '/internal/files/output', refresh_button: true, control_after_refresh: 'first' },
    }),
  },
  outputs: [image(), mask()],
  validate: { names: ['image'], check: ({ image }, _, { files }) => checkFile(image, files, { meaning: inOutput }) },
  fingerprint: ({ image }, _, env) => pictureFingerprint(image, env, inOutput),
  async execute({ image }, { services }) {
    const decoded = await loadPicture(image, services.files, inOutput);
    return [decoded.image, decoded.mask];
  },
});
