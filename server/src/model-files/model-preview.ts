// The picture that a model browser shows for a model file (spec http.md 9.5): an image beside it, `<stem>.<ext>` or
// `<stem>.preview.<ext>`, else a cover inside of its safetensors header.
//
// Links are followed here as everywhere in model folders: people keep models on other disks and link them in. A name
// itself cannot leave its folder, and nothing leaves this module but what an image decoder made of a file.
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { findFile, type ServableFile } from '../http/file-response.ts';
import { readSafetensorsMetadata } from './safetensors-metadata.ts';

/** In the order in which they are looked for. */
const IMAGE_EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'avif', 'bmp', 'tif', 'tiff'];

/** Larger files are no previews, whatever their names say. */
const MAX_IMAGE_BYTES = 64 * 2 ** 20;

/** Covers are stored as text: such headers are longer than those that `/view_metadata` reads. */
const MAX_HEADER_BYTES = 8 * 2 ** 20;

export interface PreviewSource {
  /** The file whose state decides whether a client's copy is still good. */
  readonly file: ServableFile;
  /** Bytes of an image in any format, in the order of preference; undecodable ones are possible. */
  images(): AsyncIterable<Uint8Array>;
}

/** Where the preview of a model comes from; undefined when there is none. `name` is relative to `folder` and checked. */
export async function findModelPreview(folder: string, name: string): Promise<PreviewSource | undefined> {
  const images = await imagesBeside(folder, name);
  const model = /\.(?:safetensors|sft)$/i.test(name) ? await regularFile(join(folder, name)) : undefined;
  const file = images[0] ?? model;
  if (file === undefined) return undefined;
  return {
    file,
    async *images() {
      for (const { path } of images) {
        const bytes = await readFile(path).catch(() => undefined); // gone meanwhile, or not for us to read
        if (bytes !== undefined) yield bytes;
      }
      if (model !== undefined) yield* coversOf(model.path);
    },
  };
}

async function imagesBeside(folder: string, name: string): Promise<readonly ServableFile[]> {
  const { dir, name: stem } = posix.parse(name);
  const names = ['', '.preview'].flatMap(infix => IMAGE_EXTENSIONS.map(ext => `${stem}${infix}.${ext}`));
  const found = await Promise.all(names.map(image => regularFile(join(folder, dir, image))));
  return found.filter(file => file !== undefined && file.sizeBytes <= MAX_IMAGE_BYTES) as ServableFile[];
}

async function regularFile(path: string): Promise<ServableFile | undefined> {
  const found = await findFile(path);
  return typeof found === 'string' ? undefined : found;
}

/** `ssmd_cover_images` is a JSON text: a list of base64 texts, with or without the head of a data URL. */
async function* coversOf(path: string): AsyncIterable<Uint8Array> {
  const covers = (await readSafetensorsMetadata(path, MAX_HEADER_BYTES))?.['ssmd_cover_images'];
  for (const cover of typeof covers === 'string' ? listOf(covers) : []) {
    if (typeof cover === 'string') yield Buffer.from(cover.replace(/^data:[^,]*,/, ''), 'base64');
  }
}

function listOf(json: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list : [];
  } catch {
    return []; // Some tool wrote something else under this name.
  }
}
