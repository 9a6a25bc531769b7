// Values of pictures as floats in 0..1 and as bytes.

const fround = Math.fround;

/** 255 * value in float32, clipped to 0..255 and truncated, not rounded (node contract section 5). NaN becomes 0. */
export function floatsToBytesInto(values: Float32Array, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    const scaled = fround(values[i]! * 255);
    // What is not above 0 becomes 0, NaN too.
    bytes[i] = scaled > 0 ? Math.min(scaled, 255) : 0;
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
