// Reads a golden `.safetensors` file completely: 8-byte header length, JSON header, raw little-endian data. Separate
// from the engine's reader on purpose: what is checked must not read its own expectations.
import { readFile } from 'node:fs/promises';

/** A tensor of a golden file. Integers up to 2^53 and F64 come as doubles, F32 and F16 as floats (both exact). */
export interface GoldenTensor {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array;
}

export interface GoldenFile {
  /** In the order of the header. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Throws when the file has no such tensor. */
  get(name: string): GoldenTensor;
  /** The values as 32-bit floats. */
  float32(name: string): Float32Array;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export async function readGoldenFile(path: string): Promise<GoldenFile> {
  const bytes = await readFile(path);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<string, HeaderEntry>;
  const tensors = new Map<string, GoldenTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const raw = bytes.subarray(8 + headerLength + offsets[0], 8 + headerLength + offsets[1]);
    tensors.set(name, { dtype, dims: shape, data: decode(dtype, raw) });
  }
  const get = (name: string): GoldenTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`${path} has no tensor "${name}"`);
    return tensor;
  };
  return {
    names: [...tensors.keys()],
    has: name => tensors.has(name),
    get,
    float32: name => Float32Array.from(get(name).data),
  };
}

function decode(dtype: string, raw: Buffer): Float32Array | Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  switch (dtype) {
    case 'F32':
      return Float32Array.from({ length: raw.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
    case 'F16':
      return Float32Array.from({ length: raw.length / 2 }, (_, i) => halfToNumber(view.getUint16(2 * i, true)));
    case 'F64':
      return Float64Array.from({ length: raw.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
    case 'I64':
      return Float64Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
    case 'I32':
      return Float64Array.from({ length: raw.length / 4 }, (_, i) => view.getInt32(4 * i, true));
    case 'U8':
      return Float64Array.from(raw);
    default:
      throw new Error(`golden files have no type "${dtype}"`);
  }
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
