// Nodes that write animated pictures: WebP and PNG.
import { writeFile } from 'node:fs/promises';
import { animatedPngFile, encodeAnimatedWebp, imageToBytes, type Tensor } from '@snug/engine';
import { boolean, combo, defineNode, float, image, int, out, string } from '@snug/execution';
import { pngTexts } from '../files/png-metadata.ts';

const shared = {
  category: 'image/animation',
  pythonModule: 'comfy_extras.nodes_images',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  outputs: [],
} as const;

/** Of libwebp: how long it tries to make files smaller. */
const EFFORTS = { default: 4, fastest: 0, slowest: 6 } as const;

export const SaveAnimatedWEBP = defineNode({
  ...shared,
  id: 'SaveAnimatedWEBP',
  inputs: {
    images: image(),
    filename_prefix: string({ default: 'ComfyUI' }),
    fps: float({ default: 6, min: 0.01, max: 1000, step: 0.01 }),
    lossless: boolean({ default: true }),
    quality: int({ default: 80, min: 0, max: 100 }),
    method: combo(['default', 'fastest', 'slowest'] as const),
  },
  async execute({ images, filename_prefix, fps, lossless, quality, method }, { services, hidden }) {
    const { files, settings } = services;
    const [frame = 0, height = 0, width = 0] = images.dims;
    const what = { count: 1, extension: 'webp', width, height };
    const references = await files.newFiles('output', filename_prefix, what);
    const texts = settings.disableMetadata ? [] : pngTexts(hidden);
    const options = { frameMs: frameMsOf(fps), lossless, quality, effort: EFFORTS[method], texts };
    for (const reference of references) {
      await files.write(reference, await encodeAnimatedWebp([...framesOf(images)], options));
    }
    return out({ ui: { images: references.map(reference => ({ ...reference })), animated: [frame !== 1] } });
  },
});

export const SaveAnimatedPNG = defineNode({
  ...shared,
  id: 'SaveAnimatedPNG',
  inputs: {
    images: image(),
    filename_prefix: string({ default: 'ComfyUI' }),
    fps: float({ default: 6, min: 0.01, max: 1000, step: 0.01 }),
    compress_level: int({ default: 4, min: 0, max: 9 }),
  },
  async execute({ images, filename_prefix, fps, compress_level }, { services, hidden, signal }) {
    const { files, settings } = services;
    const [count = 0, height = 0, width = 0] = images.dims;
    const references = await files.newFiles('output', filename_prefix, { count: 1, extension: 'png', width, height });
    const texts = settings.disableMetadata ? [] : pngTexts(hidden);
    const options = { count, frameMs: frameMsOf(fps), compressionLevel: compress_level, texts };
    for (const reference of references) {
      await files.writeWith(reference, path => writeFile(path, animatedPngFile(framesOf(images), options), { signal }));
    }
    return out({ ui: { images: references.map(reference => ({ ...reference })), animated: [true] } });
  },
});

/** Whole milliseconds, as both formats count. */
const frameMsOf = (fps: number): number => Math.floor(1000 / fps);

function* framesOf(images: Tensor) {
  const [count = 0] = images.dims;
  for (let index = 0; index < count; index++) yield imageToBytes(images, index);
}
