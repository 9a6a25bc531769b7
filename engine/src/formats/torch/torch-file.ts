// Files of torch.save (.pth, .pt, .ckpt, .bin): a pickle that says which tensors there are, and their bytes. Two containers: a zip
// archive (since PyTorch 1.6) and one stream of pickles and storages (before). Only the pickle is read when a file is opened; the
// tensors are ranges of the file, as in safetensors. Facts: pytorch/pytorch (BSD-3), torch/serialization.py.
import { EngineError } from '../../errors.ts';
import { elementCount } from '../../tensor/tensor.ts';
import { type ByteFile, openByteFile } from '../byte-file.ts';
import { elementTypes } from '../element-types.ts';
import { type TensorEntry, type TensorFile, tensorReaders } from '../tensor-table.ts';
import { readLegacyContents } from './legacy-stream.ts';
import { type PickleTensor, torchDamaged } from './pickle-values.ts';
import { tensorsByName } from './tensor-names.ts';
import type { TorchContents } from './torch-contents.ts';
import { readArchiveContents } from './zip-archive.ts';

/**
 * Finds the tensors of a file without reading them, and without running anything that the file says.
 * @param isArchive whether the file begins as a zip archive does.
 * @throws EngineError FILE_UNREADABLE, NOT_A_FILE, TORCH_FILE_DAMAGED, TORCH_FILE_REFUSED, TORCH_FILE_UNSUPPORTED
 */
export async function openTorchFile(path: string, isArchive: boolean): Promise<TensorFile> {
  const file = await openByteFile(path, torchDamaged);
  const { root, storages } = await (isArchive ? readArchiveContents(file) : readLegacyContents(file));
  const tensors = new Map<string, TensorEntry>();
  for (const [name, tensor] of tensorsByName(root)) tensors.set(name, placeOf(file, name, tensor, storages));
  if (tensors.size === 0) {
    throw new EngineError('TORCH_FILE_UNSUPPORTED', { path: file.path, reason: 'holds no tensors by name' });
  }
  const { identity } = file;
  return { path: file.path, identity, metadata: new Map(), tensors, ...tensorReaders(file, tensors) };
}

function placeOf(
  { path }: ByteFile,
  name: string,
  { storage, dtype, offset, shape, strides }: PickleTensor,
  storages: TorchContents['storages'],
): TensorEntry {
  const range = storages.get(storage.key);
  const tensor = `tensor "${name.slice(0, 80)}"`;
  if (!range) throw torchDamaged(path, `the bytes of ${tensor} are missing`);
  const { sizeBytes } = elementTypes[dtype];
  const count = elementCount(shape);
  const last = shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, 0);
  const span = count === 0 ? 0 : last + 1;
  if (!Number.isSafeInteger(count) || (offset + span) * sizeBytes > range.sizeBytes) {
    const needed = `[${shape.slice(0, 8).join(', ')}] of ${dtype} from element ${offset} on`;
    throw torchDamaged(path, `${tensor}, ${needed}, does not fit into its ${range.sizeBytes} bytes`);
  }
  const entry = { dtype, shape, offset: range.offset + offset * sizeBytes, byteLength: span * sizeBytes };
  return isContiguous(shape, strides) ? entry : requireOwnElements(path, tensor, { ...entry, strides });
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    if (shape[dim] === 0) return true;
    if (shape[dim] !== 1 && strides[dim] !== expected) return false;
    expected *= shape[dim]!;
  }
  return true;
}

/** A tensor that repeats elements (stride 0) could be of any size in a tiny file. */
function requireOwnElements(path: string, tensor: string, entry: TensorEntry): TensorEntry {
  const needed = elementCount(entry.shape) * elementTypes[entry.dtype].sizeBytes;
  if (needed <= entry.byteLength) return entry;
  const reason = `stores ${tensor} as repetitions of the same elements`;
  throw new EngineError('TORCH_FILE_UNSUPPORTED', { path, reason });
}
