// Writing animated PNG: every frame whole, the first one also for viewers that know no animation (W3C PNG specification, third
// edition, section 11.3.6). Texts go into private `comf` chunks behind the pictures (spec files.md section 6). The file comes
// out piece by piece, so that only one frame is in memory at a time.
import { EngineError } from '../errors.ts';
import type { ByteImage } from './byte-image.ts';
import { encodePng } from './encode-png.ts';
import { encodePngChunk, pngSignature, readPngChunks } from './png-chunks.ts';

export interface AnimatedPngOptions {
  /** Number of frames that `frames` gives. */
  readonly count: number;
  /** Milliseconds that each frame is shown, up to 65,535,000. */
  readonly frameMs: number;
  /** 0 (stored) to 9 (smallest); default 4. */
  readonly compressionLevel?: number;
  readonly texts?: Iterable<readonly [key: string, text: string]>;
}

/** Pieces of the file, in order. @throws EngineError INVALID_ARGUMENT for an empty animation or frames that cannot be PNG. */
export async function* animatedPngFile(
  frames: Iterable<ByteImage>,
  { count, frameMs, compressionLevel = 4, texts = [] }: AnimatedPngOptions,
): AsyncGenerator<Uint8Array> {
  if (count < 1) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'The number of frames', expected: 'at least 1', actual: count });
  }
  let sequence = 0;
  for (const frame of frames) {
    const chunks = [...readPngChunks(await encodePng(frame, { compressionLevel }))];
    const dataOf = (type: string): Uint8Array[] => chunks.filter(chunk => chunk.type === type).map(({ data }) => data);
    const isFirst = sequence === 0;
    if (isFirst) {
      yield pngSignature;
      for (const header of dataOf('IHDR')) yield encodePngChunk('IHDR', header);
      yield encodePngChunk('acTL', animationControl(count));
    }
    yield encodePngChunk('fcTL', frameControl(sequence++, frame, frameMs));
    for (const data of dataOf('IDAT')) {
      yield isFirst ? encodePngChunk('IDAT', data) : encodePngChunk('fdAT', numbered(sequence++, data));
    }
  }
  for (const [key, text] of texts) yield encodePngChunk('comf', Buffer.from(`${key}\0${text}`, 'utf8'));
  yield encodePngChunk('IEND', new Uint8Array());
}

/** Frames, and how often they are played: 0 is without end. */
function animationControl(count: number): Uint8Array {
  const data = new Uint8Array(8);
  new DataView(data.buffer).setUint32(0, count);
  return data;
}

function frameControl(sequence: number, { width, height }: ByteImage, frameMs: number): Uint8Array {
  const data = new Uint8Array(26);
  const view = new DataView(data.buffer);
  // The delay is a fraction of two 16-bit numbers: long ones are told in seconds.
  const [numerator, denominator] = frameMs <= 0xffff ? [Math.round(frameMs), 1000] : [Math.round(frameMs / 1000), 1];
  view.setUint32(0, sequence);
  view.setUint32(4, width);
  view.setUint32(8, height);
  view.setUint16(20, numerator);
  view.setUint16(22, denominator);
  return data; // placed at 0, 0; left as it is; replaces what was there
}

function numbered(sequence: number, data: Uint8Array): Uint8Array {
  const result = new Uint8Array(data.length + 4);
  new DataView(result.buffer).setUint32(0, sequence);
  result.set(data, 4);
  return result;
}
