// Sends pictures over the socket instead of writing files (spec websocket.md 6.6): one PNG frame per picture, in full size and
// in order. Clients that keep their pictures to themselves ask for it, such as the pipelines of third-party SDKs.
import { encodePng, imageToBytes } from '@snug/engine';
import { defineNode, image, out } from '@snug/execution';

/** Speed counts more than size: the picture is not kept. */
const COMPRESSION = 1;

export const SaveImageWebsocket = defineNode({
  id: 'SaveImageWebsocket',
  category: 'api/image',
  description: 'Sends the pictures to the client that asked for them; no file is written.',
  outputNode: true,
  inputs: { images: image({ tooltip: 'The pictures.' }) },
  outputs: [],
  // A cached run would send nothing.
  fingerprint: () => Number.NaN,
  async execute({ images }, context) {
    const [batch = 0] = images.dims;
    for (let index = 0; index < batch; index++) {
      const png = await encodePng(imageToBytes(images, index), { compressionLevel: COMPRESSION });
      context.progress(index, batch, { image: png, format: 'png', isResult: true });
    }
    return out({});
  },
});
