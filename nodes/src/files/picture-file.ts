// Reading one picture file that somebody named.
import { createHash } from 'node:crypto';
import { type DecodedImage, decodeImage } from '@snug/engine';
import type { NodeEnvironment } from '@snug/execution';
import type { FileReference } from '@snug/protocol';
import { NodeError } from '../errors.ts';
import type { NodeFiles } from '../node-types.ts';
import { findFile, type NameMeaning } from './file-choice.ts';

/** Extensions whose media type is an image. */
const IMAGE_EXTENSION = /\.(avif|bmp|gif|heic|heif|ico|jpe|jpeg|jpg|pbm|pgm|png|pnm|ppm|svg|tif|tiff|webp)$/i;

/** A picture of the largest size that is decoded takes less, however badly it is packed. */
const MAX_FILE_BYTES = 2 ** 30;

export const isPictureName = (name: string): boolean => IMAGE_EXTENSION.test(name);

/** Changes when the file of that name does: the same name may stand for another picture tomorrow. */
export async function pictureFingerprint(
  name: string | null | undefined,
  { files }: NodeEnvironment,
  meaning?: NameMeaning,
): Promise<string> {
  return createHash('sha256')
    .update(await readPictureFile(name ?? '', files, meaning))
    .digest('hex');
}

/** @throws NodeError IMAGE_FILE_MISSING or IMAGE_FILE_TOO_LARGE, and what `decodeImage` throws, by the name of the file. */
export async function loadPicture(name: string, files: NodeFiles, meaning?: NameMeaning): Promise<DecodedImage> {
  return decodeImage(await readPictureFile(name, files, meaning), { name });
}

async function readPictureFile(name: string, files: NodeFiles, meaning?: NameMeaning): Promise<Uint8Array> {
  const found = await findFile(name, files, meaning);
  if (found === undefined) throw new NodeError('IMAGE_FILE_MISSING', { name });
  return readPictureBytes(name, found.reference, files);
}

/** The whole file, after a look at its size. `name` is what messages call it. */
export async function readPictureBytes(name: string, reference: FileReference, files: NodeFiles): Promise<Uint8Array> {
  const { sizeBytes = 0 } = (await files.stat(reference)) ?? {};
  if (sizeBytes > MAX_FILE_BYTES)
    throw new NodeError('IMAGE_FILE_TOO_LARGE', { name, sizeBytes, limit: MAX_FILE_BYTES });
  return files.read(reference);
}
