// An image codec without pixels: it knows pictures by their first bytes and answers with a text that tells what was asked.
import type { ImageCodec } from '../src/ports.ts';

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function requirePicture(bytes: Uint8Array): void {
  const isPng = Buffer.from(bytes).subarray(0, 8).equals(PNG_SIGNATURE);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const isWebp = Buffer.from(bytes).subarray(8, 12).toString('latin1') === 'WEBP';
  if (!isPng && !isJpeg && !isWebp) throw new Error('no picture');
}

export const fakeImageCodec: ImageCodec = {
  encode: async (image, { format, quality, keepAlpha }) => {
    requirePicture(image);
    return Buffer.from(`${format} ${quality} ${keepAlpha ? 'alpha' : 'opaque'}`);
  },
  colorChannels: async image => {
    requirePicture(image);
    return Buffer.from('color');
  },
  alphaChannel: async image => {
    requirePicture(image);
    return Buffer.from('alpha');
  },
  replaceAlpha: async (original, mask) => {
    requirePicture(original);
    requirePicture(mask);
    return Buffer.concat([PNG_SIGNATURE, Buffer.from('masked')]);
  },
};
