// WebP files of one or more frames, with texts in an EXIF chunk (spec files.md section 6). The pictures are encoded by libwebp
// (through sharp); the chunk is put in here, since readers of workflows expect the bare TIFF structure in big-endian order.
// Container: RFC 9649, section 2.
import { EngineError } from '../errors.ts';
import type { ByteImage } from './byte-image.ts';
import { loadSharp } from './sharp-library.ts';

export interface AnimatedWebpOptions {
  /** Milliseconds that each frame is shown. */
  readonly frameMs: number;
  readonly lossless: boolean;
  /** 0 to 100: how good lossy pictures are, or how hard lossless ones are packed. */
  readonly quality: number;
  /** 0 (fast) to 6 (small). */
  readonly effort: number;
  readonly texts?: readonly (readonly [key: string, text: string])[];
}

/** Longest side that WebP knows. */
const maxSide = 16_383;

/** Encodes frames of one size; it repeats without end. @throws EngineError INVALID_ARGUMENT for no frames and sides that are too long. */
export async function encodeAnimatedWebp(
  frames: readonly ByteImage[],
  { frameMs, lossless, quality, effort, texts = [] }: AnimatedWebpOptions,
): Promise<Uint8Array> {
  const [first] = frames;
  if (first === undefined || Math.max(first.width, first.height) > maxSide || Math.min(first.width, first.height) < 1) {
    const actual = first === undefined ? 'no frame' : `${first.width}x${first.height}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'A WebP', expected: `1 to ${maxSide} pixels a side`, actual });
  }
  const { width, height, channels } = first;
  const sharp = await loadSharp();
  // sharp takes an animation as one tall picture.
  const pixels = Buffer.concat(frames.map(({ data }) => data));
  const raw = { width, height: height * frames.length, channels: channels as 1 | 3 | 4, pageHeight: height };
  const delay = frames.map(() => Math.max(0, Math.floor(frameMs)));
  const pipeline = sharp(pixels, { raw, limitInputPixels: false });
  const file = await pipeline
    .webp({ lossless, exact: lossless, quality: Math.max(quality, 1), effort, loop: 0, delay })
    .toBuffer();
  return texts.length === 0 ? file : withExif(file, { width, height, hasAlpha: channels === 4 }, exifOf(texts));
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
}

const exifFlag = 0x08;
const alphaFlag = 0x10;

/** The file with an EXIF chunk at its end, and the header that announces it. */
function withExif(file: Uint8Array, { width, height, hasAlpha }: Canvas, exif: Uint8Array): Uint8Array {
  const chunks = readRiffChunks(file);
  const extended = chunks.find(({ type }) => type === 'VP8X')?.data.slice() ?? new Uint8Array(10);
  if (chunks[0]?.type !== 'VP8X') {
    extended[0] = hasAlpha ? alphaFlag : 0;
    for (let byte = 0; byte < 3; byte++) {
      extended[4 + byte] = ((width - 1) >> (8 * byte)) & 0xff;
      extended[7 + byte] = ((height - 1) >> (8 * byte)) & 0xff;
    }
  }
  extended[0] = (extended[0] ?? 0) | exifFlag;
  const rest = chunks.filter(({ type }) => type !== 'VP8X' && type !== 'EXIF');
  const all = [{ type: 'VP8X', data: extended }, ...rest, { type: 'EXIF', data: exif }].map(riffChunk);
  const body = Buffer.concat([Buffer.from('WEBP'), ...all]);
  const header = Buffer.from('RIFF\0\0\0\0', 'latin1');
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
}

interface RiffChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function readRiffChunks(file: Uint8Array): RiffChunk[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const chunks: RiffChunk[] = [];
  for (let position = 12; position + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(position + 4);
    const type = bytes.toString('latin1', position, position + 4);
    chunks.push({ type, data: bytes.subarray(position + 8, position + 8 + length) });
    position += 8 + length + (length % 2);
  }
  return chunks;
}

function riffChunk({ type, data }: RiffChunk): Buffer {
  const header = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2)]);
}

/** Tag of the first text and of the second; further ones go on downwards from there. */
const modelTag = 0x0110;

/** A TIFF structure, big-endian, whose first directory holds `key:text` in ASCII tags (Model, Make, ImageDescription ...). */
function exifOf(texts: NonNullable<AnimatedWebpOptions['texts']>): Uint8Array {
  const values = texts.map(([key, text], index) => ({ tag: modelTag - index, data: Buffer.from(`${key}:${text}\0`) }));
  values.sort((a, b) => a.tag - b.tag); // directories are sorted
  const directory = Buffer.alloc(2 + values.length * 12 + 4);
  directory.writeUInt16BE(values.length);
  let offset = 8 + directory.length;
  for (const [index, { tag, data }] of values.entries()) {
    const entry = 2 + index * 12;
    directory.writeUInt16BE(tag, entry);
    directory.writeUInt16BE(2, entry + 2); // ASCII
    directory.writeUInt32BE(data.length, entry + 4);
    if (data.length <= 4) data.copy(directory, entry + 8);
    else directory.writeUInt32BE(offset, entry + 8);
    offset += data.length <= 4 ? 0 : data.length;
  }
  const outside = values.filter(({ data }) => data.length > 4).map(({ data }) => data);
  return Buffer.concat([Buffer.from('MM\0*\0\0\0\u0008', 'latin1'), directory, ...outside]);
}
