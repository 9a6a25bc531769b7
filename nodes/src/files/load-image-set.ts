// Sets of pictures from one folder of the input place, as a batch: for training and for comparing. Pictures are read one after
// the other and brought to their size at once, so that a folder of large pictures needs no more memory than its batch.
import { createHash } from 'node:crypto';
import { type Conditioning, decodeImage, type FitMethod, fitImage, type Tensor } from '@snug/engine';
import { clip, combo, conditioning, defineNode, image, int, type NodeContext } from '@snug/execution';
import { NodeError } from '../errors.ts';
import type { NodeFiles } from '../node-types.ts';
import { isPictureName, readPictureBytes } from './picture-file.ts';

/** Most pixels of a batch and of each picture on the way into it: 2 GB of floats. */
const MAX_PIXELS = 178_956_970;
const MAX_CAPTION_BYTES = 2 ** 20;

const RESIZE_METHODS = ['None', 'Stretch', 'Crop', 'Pad'] as const;
type ResizeMethod = (typeof RESIZE_METHODS)[number];
const fitMethodOf: Readonly<Record<ResizeMethod, FitMethod | undefined>> = {
  None: undefined,
  Stretch: 'stretch',
  Crop: 'crop',
  Pad: 'pad',
};

const resizeMethod = () => combo(RESIZE_METHODS, { default: 'None', optional: true });

export const LoadImageSetFromFolderNode = defineNode({
  id: 'LoadImageSetFromFolderNode',
  displayName: 'Load Image Dataset from Folder',
  category: 'loaders',
  pythonModule: 'comfy_extras.nodes_train',
  description: 'Reads all pictures of a folder as one batch.',
  experimental: true,
  inputs: env => ({
    folder: combo(env.inputFolders(), { tooltip: 'A folder in the input folder.' }),
    resize_method: resizeMethod(),
  }),
  outputs: [image()],
  fingerprint: ({ folder }, _, { files }) => folderFingerprint(folder ?? '', files),
  execute: async ({ folder, resize_method = 'None' }, context) => [
    (await loadSet(folder, { method: resize_method }, context)).images,
  ],
});

export const LoadImageTextSetFromFolderNode = defineNode({
  id: 'LoadImageTextSetFromFolderNode',
  displayName: 'Load Image and Text Dataset from Folder',
  category: 'loaders',
  pythonModule: 'comfy_extras.nodes_train',
  description: 'Reads all pictures of a folder as one batch, and the text file beside each as its conditioning.',
  experimental: true,
  inputs: env => ({
    folder: combo(env.inputFolders(), { tooltip: 'A folder in the input folder, with a .txt file for each picture.' }),
    clip: clip({ tooltip: 'The text encoder for the captions.' }),
    resize_method: resizeMethod(),
    width: int({ default: -1, min: -1, max: 10_000, step: 1, tooltip: sideTip('width'), optional: true }),
    height: int({ default: -1, min: -1, max: 10_000, step: 1, tooltip: sideTip('height'), optional: true }),
  }),
  outputs: [image(), conditioning()],
  fingerprint: ({ folder }, _, { files }) => folderFingerprint(folder ?? '', files),
  async execute({ folder, clip, resize_method = 'None', width = -1, height = -1 }, context) {
    const { images, names } = await loadSet(folder, { method: resize_method, width, height }, context);
    const captions = await readCaptions(folder, names, context);
    const encoded = new Map<string, Conditioning>();
    const entries: Conditioning[number][] = [];
    for (const caption of captions) {
      const known = encoded.get(caption) ?? (await clip.encode(caption, { signal: context.signal }));
      encoded.set(caption, known);
      entries.push(...known);
    }
    return [images, entries];
  },
});

function sideTip(side: string): string {
  return `The ${side} of all pictures; -1 takes that of the first one. Needs a resize method.`;
}

interface SetSize {
  readonly method: ResizeMethod;
  /** Pixels; what is not above 0 takes the side of the first picture. */
  readonly width?: number;
  readonly height?: number;
}

type SetContext = Pick<NodeContext, 'services' | 'throwIfInterrupted'>;

/** Pictures [count, height, width, 3] in the order of their names; of animations the first frame. */
async function loadSet(
  folder: string,
  { method, width = -1, height = -1 }: SetSize,
  { services: { files }, throwIfInterrupted }: SetContext,
): Promise<{ readonly images: Tensor; readonly names: readonly string[] }> {
  const names = (await filesOf(folder, files)).filter(isPictureName);
  let batch: Float32Array | undefined;
  let size: readonly [height: number, width: number] = [0, 0];
  const fit = fitMethodOf[method];
  for (const [index, name] of names.entries()) {
    throwIfInterrupted();
    const label = `${folder}/${name}`;
    const bytes = await readPictureBytes(label, { type: 'input', subfolder: folder, filename: name }, files);
    const picture = firstFrame((await decodeImage(bytes, { name: label, maxPixels: MAX_PIXELS })).image);
    const [, ownHeight = 0, ownWidth = 0] = picture.dims;
    if (batch === undefined) {
      size =
        fit === undefined ? [ownHeight, ownWidth] : [height > 0 ? height : ownHeight, width > 0 ? width : ownWidth];
      batch = emptyBatch(folder, names.length, size);
    }
    if (fit === undefined && (ownHeight !== size[0] || ownWidth !== size[1])) {
      const [other, first] = [`${ownWidth}x${ownHeight}`, `${size[1]}x${size[0]}`];
      throw new NodeError('IMAGE_SET_SIZES_DIFFER', {
        name: label,
        size: other,
        first: names[0] ?? '',
        firstSize: first,
      });
    }
    const fitted = fit === undefined ? picture : fitImage(picture, { method: fit, height: size[0], width: size[1] });
    batch.set(fitted.data, index * size[0] * size[1] * 3);
  }
  if (batch === undefined) throw new NodeError('FOLDER_WITHOUT_PICTURES', { folder });
  return { images: { data: batch, dims: [names.length, ...size, 3] }, names };
}

function emptyBatch(folder: string, count: number, [height, width]: readonly [number, number]): Float32Array {
  const pixels = count * height * width;
  if (pixels > MAX_PIXELS) {
    throw new NodeError('IMAGE_SET_TOO_LARGE', {
      folder,
      count,
      size: `${width}x${height}`,
      pixels,
      limit: MAX_PIXELS,
    });
  }
  return new Float32Array(pixels * 3);
}

function firstFrame({ data, dims: [, ...dims] }: Tensor): Tensor {
  return {
    data: data.subarray(
      0,
      dims.reduce((product, side) => product * side, 1),
    ),
    dims: [1, ...dims],
  };
}

async function filesOf(folder: string, files: NodeFiles): Promise<string[]> {
  const entries = await files.list('input', folder);
  return entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
}

/** Texts beside the pictures, as `cat.txt` beside `cat.png`; a picture without one has the empty text. */
async function readCaptions(
  folder: string,
  names: readonly string[],
  { services: { files, warn }, throwIfInterrupted }: SetContext,
): Promise<string[]> {
  const present = new Set(await filesOf(folder, files));
  const captions: string[] = [];
  for (const name of names) {
    throwIfInterrupted();
    const filename = name.replace(/\.[^.]*$/, '.txt');
    if (!present.has(filename)) {
      warn(`"${folder}/${name}" has no caption "${filename}": it is taken as empty`);
      captions.push('');
      continue;
    }
    const bytes = await files.read({ type: 'input', subfolder: folder, filename });
    if (bytes.length > MAX_CAPTION_BYTES) {
      throw new NodeError('CAPTION_TOO_LONG', { name: `${folder}/${filename}`, limit: MAX_CAPTION_BYTES });
    }
    captions.push(new TextDecoder().decode(bytes).trim());
  }
  return captions;
}

/** Names, sizes and times of all files: reading all of them again only to compare would take as long as loading them. */
async function folderFingerprint(folder: string, files: NodeFiles): Promise<string> {
  const hash = createHash('sha256');
  for (const filename of await filesOf(folder, files)) {
    const { sizeBytes, modifiedMs } = (await files.stat({ type: 'input', subfolder: folder, filename })) ?? {};
    hash.update(`${filename}\0${sizeBytes}\0${modifiedMs}\0`);
  }
  return hash.digest('hex');
}
