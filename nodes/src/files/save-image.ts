// Nodes that write pictures: into `output` to be kept, or into `temp` to be looked at.
import { encodePng, imageToBytes, type Tensor } from '@snug/engine';
import { defineNode, type HiddenValues, image, type NodeContext, out, string } from '@snug/execution';
import type { FilePlace } from '@snug/protocol';
import { pngTexts } from './png-metadata.ts';

/** zlib levels of the reference: files that are kept are packed harder than previews. */
const KEPT_COMPRESSION = 4;
const PREVIEW_COMPRESSION = 1;

export const SaveImage = defineNode({
  id: 'SaveImage',
  displayName: 'Save Image',
  category: 'image',
  description: 'Writes the pictures into the output folder, with the workflow inside.',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  inputs: {
    images: image({ tooltip: 'The pictures.' }),
    filename_prefix: string({
      default: 'ComfyUI',
      tooltip:
        'Start of the file names. A / makes a sub-folder; %width%, %height%, %year%, %month%, %day%, %hour%, %minute%, %second% and %batch_num% are filled in.',
    }),
  },
  outputs: [],
  execute: ({ images, filename_prefix }, context) =>
    saveImages(images, { place: 'output', prefix: filename_prefix, compressionLevel: KEPT_COMPRESSION }, context),
});

export const PreviewImage = defineNode({
  id: 'PreviewImage',
  displayName: 'Preview Image',
  category: 'image',
  description: 'Shows the pictures; they are kept until the server ends.',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  inputs: { images: image() },
  outputs: [],
  state: previewState,
  execute: ({ images }, context) => previewImages(images, context),
});

/** State of a node that shows pictures: it goes on numbering its files, and another node never meets them. */
export function previewState(): { readonly prefix: string } {
  return { prefix: `ComfyUI_temp_${randomLetters(5)}` };
}

/** Writes images [batch, height, width, channels] for the user interface to show. */
export function previewImages(images: Tensor, context: SaveContext & { readonly state: { readonly prefix: string } }) {
  const options = { place: 'temp', prefix: context.state.prefix, compressionLevel: PREVIEW_COMPRESSION } as const;
  return saveImages(images, options, context);
}

interface SaveOptions {
  readonly place: FilePlace;
  readonly prefix: string;
  readonly compressionLevel: number;
}

type SaveContext = Pick<NodeContext, 'services' | 'throwIfInterrupted'> & {
  readonly hidden: Pick<HiddenValues, 'prompt' | 'extraPngInfo'>;
};

/** Writes each picture of a batch [batch, height, width, channels] and answers what the user interface shows. */
async function saveImages(images: Tensor, { place, prefix, compressionLevel }: SaveOptions, context: SaveContext) {
  const { files, settings } = context.services;
  const [batch = 0, height = 0, width = 0] = images.dims;
  const extension = 'png';
  const references = await files.newFiles(place, prefix, { count: batch, extension, width, height });
  const texts = settings.disableMetadata ? [] : pngTexts(context.hidden);
  for (const [index, reference] of references.entries()) {
    context.throwIfInterrupted();
    await files.write(reference, await encodePng(imageToBytes(images, index), { compressionLevel, texts }));
  }
  return out({ ui: { images: references.map(reference => ({ ...reference })) } });
}

function randomLetters(count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
}
