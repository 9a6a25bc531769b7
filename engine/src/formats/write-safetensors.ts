// Writes safetensors files: header padded with spaces to a multiple of 8 bytes, data without gaps, in the order given. The file
// appears under its name only when complete, because open sessions map such files into memory.
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { EngineError } from '../errors.ts';
import { float32ToFloat16 } from '../tensor/half-precision.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { type ElementTypeName, elementTypes } from './element-types.ts';

/** A tensor whose bytes are already in their stored form (little-endian). */
export interface RawTensor {
  readonly dtype: ElementTypeName;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface WriteSafetensorsOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** How float32 tensors are stored; default F32. */
  readonly dtype?: 'F32' | 'F16';
}

/**
 * Writes `tensors` to `path`, replacing a file of that name.
 * @throws EngineError INVALID_ARGUMENT when size and shape of a tensor disagree or a name is taken; errors of the file system as they are.
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, Tensor | RawTensor]>,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  await writeWhole(path, safetensorsParts(tensors, options));
}

/** The same file as bytes, for small ones that travel. @throws EngineError INVALID_ARGUMENT, as `writeSafetensors`. */
export function encodeSafetensors(
  tensors: Iterable<readonly [string, Tensor | RawTensor]>,
  options: WriteSafetensorsOptions = {},
): Uint8Array {
  return Buffer.concat(safetensorsParts(tensors, options));
}

/** Header and data of each tensor, in the order of the file. */
function safetensorsParts(
  tensors: Iterable<readonly [string, Tensor | RawTensor]>,
  { metadata, dtype = 'F32' }: WriteSafetensorsOptions,
): readonly Uint8Array[] {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, tensor] of tensors) {
    const raw = 'bytes' in tensor ? tensor : toRaw(tensor, dtype);
    checkTensor(name, raw);
    if (header.has(name)) {
      throw new EngineError('INVALID_ARGUMENT', { name: 'A tensor name', expected: 'unused so far', actual: name });
    }
    header.set(name, { dtype: raw.dtype, shape: raw.shape, data_offsets: [offset, offset + raw.bytes.length] });
    offset += raw.bytes.length;
    parts.push(raw.bytes);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  json.copy(padded, 8);
  return [padded, ...parts];
}

function toRaw({ data, dims }: Tensor, dtype: 'F32' | 'F16'): RawTensor {
  const stored = dtype === 'F16' ? float32ToFloat16(data) : data;
  return { dtype, shape: dims, bytes: new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength) };
}

function checkTensor(name: string, { dtype, shape, bytes }: RawTensor): void {
  const expected = elementCount(shape) * elementTypes[dtype].sizeBytes;
  if (bytes.length !== expected) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: `Tensor "${name}", ${dtype} [${shape}],`,
      expected: `${expected} bytes long`,
      actual: bytes.length,
    });
  }
}

async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await using handle = await open(temporary, 'wx');
    for (const part of parts) await handle.writeFile(part);
    await handle.sync();
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  await rename(temporary, path);
}
