// Files in place of those of the recordings, which keep only summaries of them: the same length, format and size, and the same
// content exactly where the recording has the same digest.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { FileSummary } from './trace-format.ts';

const CHANNELS: Readonly<Record<string, 1 | 2 | 3 | 4>> = { L: 1, LA: 2, RGB: 3, RGBA: 4 };

/** @param readsAsPicture A file without a format that a node of the recording loaded all the same: a picture cut short. */
export async function makeFile(summary: FileSummary, readsAsPicture: boolean): Promise<Buffer> {
  const { bytes, sha256, format, width = 8, height = 8, mode = 'RGB' } = summary;
  if (format !== undefined) {
    const picture = await makePicture({ format, width, height, channels: CHANNELS[mode] ?? 3, seed: sha256 });
    return Buffer.concat([picture, Buffer.alloc(Math.max(0, bytes - picture.length))]);
  }
  if (readsAsPicture) {
    const picture = await makeNoise(bytes);
    return picture.subarray(0, bytes);
  }
  return makeBytes(bytes, sha256);
}

/** One colour, which the seed gives. */
async function makePicture(options: {
  format: string;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
  seed: string;
}): Promise<Buffer> {
  const { format, width, height, channels } = options;
  const colour = createHash('sha256').update(options.seed).digest().subarray(0, channels);
  const data = Buffer.alloc(width * height * channels, colour);
  const image = sharp(data, { raw: { width, height, channels } });
  if (format === 'JPEG') return image.jpeg().toBuffer();
  if (format === 'WEBP') return image.webp().toBuffer();
  return (channels <= 2 ? image.toColourspace('b-w') : image).png({ compressionLevel: 9 }).toBuffer();
}

/** A PNG file that is certainly longer than `bytes`. */
async function makeNoise(bytes: number): Promise<Buffer> {
  const side = Math.ceil(Math.sqrt(bytes)) + 8;
  return sharp(makeBytes(side * side * 3, 'noise'), { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

/** Bytes that are neither text nor a picture. */
function makeBytes(count: number, seed: string): Buffer {
  const blocks: Buffer[] = [];
  for (let index = 0; index * 32 < count; index++) {
    blocks.push(createHash('sha256').update(`${seed}${index}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, count);
}
