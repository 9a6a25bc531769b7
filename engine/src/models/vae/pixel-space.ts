// The VAE of models that work on pixels themselves: a latent is the picture, channels first and in -1..1.
import { EngineError } from '../../errors.ts';
import { elementCount, type Tensor } from '../../tensor/tensor.ts';
import type { Vae } from '../model.ts';
import { imageToMap, writeMapAsImage } from './pixels.ts';

const CHANNELS = 3;

export const pixelSpaceVae: Vae = {
  downscale: 1,
  latentChannels: CHANNELS,
  async decode(latents) {
    const [batch = 0, channels = 0, height = 0, width = 0] = latents.dims;
    if (latents.dims.length !== 4 || channels !== CHANNELS) throw shapeError('The latent', latents, 'height, width');
    const dims = [batch, height, width, CHANNELS];
    const images = new Float32Array(elementCount(dims));
    const size = CHANNELS * height * width;
    for (let index = 0; index < batch; index++) {
      const data = latents.data.subarray(index * size, (index + 1) * size);
      writeMapAsImage(images, index, { data, dims: [1, CHANNELS, height, width] });
    }
    return { data: images, dims };
  },
  async encode(images) {
    const [batch = 0, height = 0, width = 0, channels = 0] = images.dims;
    if (images.dims.length !== 4 || channels < CHANNELS) throw shapeError('The image', images, 'channels last');
    const size = CHANNELS * height * width;
    const latents = new Float32Array(batch * size);
    for (let index = 0; index < batch; index++) latents.set(imageToMap(images, index, 1).data, index * size);
    return { data: latents, dims: [batch, CHANNELS, height, width] };
  },
};

function shapeError(name: string, { dims }: Tensor, layout: string): EngineError {
  const expected = `of four dimensions with ${CHANNELS} channels (${layout})`;
  return new EngineError('INVALID_ARGUMENT', { name, expected, actual: `[${dims.join(', ')}]` });
}
