// The pictures of /view and /upload/mask, made with the engine's image code. It is imported with the first such request: a server
// that is never asked stays small.
import type { ByteImage } from '@snug/engine';
import type { ImageCodec } from '@snug/server';

type Media = typeof import('@snug/engine');

export const imageCodec: ImageCodec = {
  async encode(image, { format, quality, keepAlpha }) {
    const media = await loadMedia();
    const rgba = await decodeRgba(media, image);
    if (format === 'jpeg') {
      return media.encodeJpeg(withoutAlpha(rgba), quality);
    }
    return media.encodeWebp(keepAlpha ? rgba : withoutAlpha(rgba), quality);
  },

  async colorChannels(image) {
    const media = await loadMedia();
    return media.encodePng(withoutAlpha(await decodeRgba(media, image)));
  },

  async alphaChannel(image) {
    const media = await loadMedia();
    const { data, ...size } = await decodeRgba(media, image);
    return media.encodePng({ ...size, data: data.map((value, index) => (index % 4 === 3 ? value : 0)) });
  },

  async replaceAlpha(original, mask) {
    const media = await loadMedia();
    const [picture, alpha] = [await decodeRgba(media, original), await decodeRgba(media, mask)];
    if (picture.width !== alpha.width || picture.height !== alpha.height) {
      const sizes = [picture, alpha].map(({ width, height }) => `${width}x${height}`);
      throw new Error(`the mask has another size (${sizes[1]}) than the picture (${sizes[0]})`);
    }
    const data = picture.data.map((value, index) => (index % 4 === 3 ? (alpha.data[index] ?? 0) : value));
    return media.encodePng({ ...picture, data }, { compressionLevel: 4, texts: media.readPngTexts(original) });
  },
};

function loadMedia(): Promise<Media> {
  return import('@snug/engine');
}

/** The first frame of a picture file as RGBA; opaque where the file has no alpha. */
async function decodeRgba(media: Media, bytes: Uint8Array): Promise<ByteImage> {
  const { image, mask } = await media.decodeImage(bytes);
  const { data: rgb, width, height } = media.imageToBytes(image);
  const [, maskHeight, maskWidth] = mask.dims;
  // Files without alpha come with a small empty mask.
  const hasAlpha = maskHeight === height && maskWidth === width;
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    data[pixel * 4 + 3] = hasAlpha ? Math.round(255 * (1 - (mask.data[pixel] ?? 0))) : 255;
  }
  return { data, width, height, channels: 4 };
}

/** Drops alpha without blending. */
function withoutAlpha({ data, width, height }: ByteImage): ByteImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgb.set(data.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
  }
  return { data: rgb, width, height, channels: 3 };
}
