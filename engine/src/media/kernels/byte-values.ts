// Values of pictures as floats in 0..1 and as bytes.
import { vectorPlaces } from '../simd/vector-memory.ts';

/** Values converted at once: they and their bytes stay in the processor's cache. */
const CHUNK = 2 ** 15;

/** 255 * value in float32, clipped to 0..255 and truncated, not rounded (node contract section 5). NaN becomes 0. */
export function floatsToBytesInto(values: Float32Array, bytes: Uint8Array): void {
  const { memory, places } = vectorPlaces(CHUNK * 4, CHUNK);
  const [from = 0, to = 0] = places;
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const chunk = values.subarray(start, Math.min(start + CHUNK, bytes.length));
    memory.floats.set(chunk, from / 4);
    memory.sums.floatsToBytes(from, to, to + chunk.length);
    bytes.set(memory.bytes.subarray(to, to + chunk.length), start);
  }
}

/** byte / 255 in float32. */
const unitFloats = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

export function bytesToFloatsInto(bytes: Uint8Array, floats: Float32Array, start: number): void {
  for (let i = 0; i < bytes.length; i++) floats[start + i] = unitFloats[bytes[i]!]!;
}

export interface ByteRowsArgs {
  readonly source: Float32Array;
  readonly target: Uint8Array;
  /** Values of a row. */
  readonly inner: number;
}

export function floatRowsToBytes({ source, target, inner }: ByteRowsArgs, first: number, last: number): void {
  floatsToBytesInto(source.subarray(first * inner, last * inner), target.subarray(first * inner, last * inner));
}
