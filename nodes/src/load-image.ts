// Reads a picture that somebody uploaded. The option list is only a convenience: any file of input, output or temp may be
// named, so a validator asks for the file itself (spec files.md section 4).
import { createHash } from 'node:crypto';
import { decodeImage } from '@snug/engine';
import { combo, defineNode, image, mask, type NodeEnvironment } from '@snug/execution';
import { type FileReference, parseAnnotatedName } from '@snug/protocol';
import { NodeError } from './errors.ts';

/** Extensions whose media type is an image. */
const IMAGE_EXTENSION = /\.(avif|bmp|gif|heic|heif|ico|jpe|jpeg|jpg|pbm|pgm|png|pnm|ppm|svg|tif|tiff|webp)$/i;

export const LoadImage = defineNode({
  id: 'LoadImage',
  displayName: 'Load Image',
  category: 'image',
  inputs: env => ({
    image: combo(
      env.inputFiles().filter(name => IMAGE_EXTENSION.test(name)),
      { image_upload: true },
    ),
  }),
  outputs: [image(), mask()],
  validate: {
    names: ['image'],
    async check({ image }, _, { files }) {
      // An empty name is let through, as the recorded reference does; running the node then says what is wrong.
      if (!image) return true;
      // Values of combos are not converted, so anything may arrive here.
      if (typeof image !== 'string') return `Invalid image file: ${JSON.stringify(image)}`;
      const path = await files.localPath(fileOf(image));
      return path === undefined ? `Invalid image file: ${image}` : true;
    },
  },
  // The same name may stand for another picture tomorrow.
  fingerprint: async ({ image }, _, { files }) =>
    createHash('sha256')
      .update(await readImage(files, image ?? ''))
      .digest('hex'),
  execute: async ({ image }, { services }) => {
    const decoded = await decodeImage(await readImage(services.files, image), { name: image });
    return [decoded.image, decoded.mask];
  },
});

const fileOf = (name: string): FileReference => parseAnnotatedName(name, 'input');

async function readImage(files: NodeEnvironment['files'], name: string): Promise<Uint8Array> {
  const reference = fileOf(name);
  if ((await files.localPath(reference)) === undefined) throw new NodeError('IMAGE_FILE_MISSING', { name });
  return files.read(reference);
}
