// WebP files, for pictures that a browser asks for in that format.
import type { ByteImage } from './byte-image.ts';
import { loadSharp } from './sharp-library.ts';

/** Encodes an RGB or RGBA picture, lossy; `quality` 1 to 100, default 90. */
export async function encodeWebp({ data, width, height, channels }: ByteImage, quality = 90): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const raw = { width, height, channels: channels as 3 | 4 };
  return sharp(data, { raw }).webp({ quality }).toBuffer();
}
