// Element types of stored tensors: how many bytes each takes and how its little-endian bytes become 32-bit floats.
// Little-endian hosts only, which is every platform that onnxruntime is built for.
import { float8E4m3ToFloat32, float8E5m2ToFloat32 } from '../tensor/float8.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from '../tensor/half-precision.ts';

interface ElementType {
  readonly sizeBytes: number;
  /** From bytes that start at offset 0 of their buffer, so that every view on it is aligned. */
  toFloat32(bytes: ArrayBuffer): Float32Array;
}

const fromBigInts = (values: BigInt64Array | BigUint64Array): Float32Array => {
  const floats = new Float32Array(values.length);
  for (let index = 0; index < floats.length; index++) floats[index] = Number(values[index]);
  return floats;
};

/** Every element type that can be read, by its name in safetensors headers. */
export const elementTypes = {
  F64: { sizeBytes: 8, toFloat32: bytes => Float32Array.from(new Float64Array(bytes)) },
  F32: { sizeBytes: 4, toFloat32: bytes => new Float32Array(bytes) },
  F16: { sizeBytes: 2, toFloat32: bytes => float16ToFloat32(new Uint16Array(bytes)) },
  BF16: { sizeBytes: 2, toFloat32: bytes => bfloat16ToFloat32(new Uint16Array(bytes)) },
  F8_E4M3: { sizeBytes: 1, toFloat32: bytes => float8E4m3ToFloat32(new Uint8Array(bytes)) },
  F8_E5M2: { sizeBytes: 1, toFloat32: bytes => float8E5m2ToFloat32(new Uint8Array(bytes)) },
  I64: { sizeBytes: 8, toFloat32: bytes => fromBigInts(new BigInt64Array(bytes)) },
  U64: { sizeBytes: 8, toFloat32: bytes => fromBigInts(new BigUint64Array(bytes)) },
  I32: { sizeBytes: 4, toFloat32: bytes => Float32Array.from(new Int32Array(bytes)) },
  U32: { sizeBytes: 4, toFloat32: bytes => Float32Array.from(new Uint32Array(bytes)) },
  I16: { sizeBytes: 2, toFloat32: bytes => Float32Array.from(new Int16Array(bytes)) },
  U16: { sizeBytes: 2, toFloat32: bytes => Float32Array.from(new Uint16Array(bytes)) },
  I8: { sizeBytes: 1, toFloat32: bytes => Float32Array.from(new Int8Array(bytes)) },
  U8: { sizeBytes: 1, toFloat32: bytes => Float32Array.from(new Uint8Array(bytes)) },
  BOOL: { sizeBytes: 1, toFloat32: bytes => Float32Array.from(new Uint8Array(bytes), byte => (byte === 0 ? 0 : 1)) },
} as const satisfies Record<string, ElementType>;

export type ElementTypeName = keyof typeof elementTypes;

export function isElementTypeName(name: unknown): name is ElementTypeName {
  return typeof name === 'string' && Object.hasOwn(elementTypes, name);
}
