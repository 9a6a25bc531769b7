// What all formats of model files come down to: names of tensors with their places in the file, and readers for them.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import type { ByteFile } from './byte-file.ts';
import { type ElementTypeName, elementTypes } from './element-types.ts';

export interface TensorEntry {
  readonly dtype: ElementTypeName;
  readonly shape: readonly number[];
  /** Position of the first byte in the file. */
  readonly offset: number;
  /** Up to the end of the last element. */
  readonly byteLength: number;
  /** Steps between elements along each dim, in elements; absent when they lie one after the other, as they nearly always do. */
  readonly strides?: readonly number[];
}

/** A model file of any format whose header has been read. */
export interface TensorFile {
  /** Real path: symbolic links are resolved. */
  readonly path: string;
  /** Changes when the file is replaced or rewritten: real path, size and modification time. Key for caches. */
  readonly identity: string;
  /** Free-form texts of the file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** Bytes of a tensor in their stored type, one element after the other, in a buffer of their own. */
  readRaw(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A tensor converted to float32. */
  readTensor(name: string): Promise<Tensor>;
}

/** Readers of a table. They throw EngineError TENSOR_MISSING and what the file throws. */
export function tensorReaders(
  file: ByteFile,
  tensors: TensorFile['tensors'],
): Pick<TensorFile, 'readRaw' | 'readTensor'> {
  const entryOf = (name: string): TensorEntry => {
    const entry = tensors.get(name);
    if (entry === undefined) throw new EngineError('TENSOR_MISSING', { path: file.path, name });
    return entry;
  };
  const readEntry = async (entry: TensorEntry): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await file.read(entry.offset, entry.byteLength);
    return entry.strides ? gather(bytes, entry, entry.strides) : bytes;
  };
  return {
    readRaw: async name => readEntry(entryOf(name)),
    async readTensor(name) {
      const entry = entryOf(name);
      const { buffer } = await readEntry(entry);
      return { data: elementTypes[entry.dtype].toFloat32(buffer), dims: entry.shape };
    },
  };
}

/** Elements in the order of the shape. */
function gather(bytes: Uint8Array, { dtype, shape }: TensorEntry, strides: readonly number[]): Uint8Array<ArrayBuffer> {
  const { sizeBytes } = elementTypes[dtype];
  const out = new Uint8Array(elementCount(shape) * sizeBytes);
  const place = shape.map(() => 0);
  for (let to = 0; to < out.length; to += sizeBytes) {
    const from = place.reduce((sum, index, dim) => sum + index * strides[dim]!, 0) * sizeBytes;
    out.set(bytes.subarray(from, from + sizeBytes), to);
    for (let dim = shape.length - 1; dim >= 0 && ++place[dim]! === shape[dim]; dim--) place[dim] = 0;
  }
  return out;
}
