// JPEG files, for previews.
import type { ByteImage } from './byte-image.ts';
import { loadSharp } from './sharp-library.ts';

/** Encodes a gray or RGB picture; `quality` 1 to 100, default 95. */
export async function encodeJpeg({ data, width, height, channels }: ByteImage, quality = 95): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const raw = { width, height, channels: channels as 1 | 3 };
  return sharp(data, { raw }).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
}
