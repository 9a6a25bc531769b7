// Opens a model file whatever its format, which the first bytes tell: names are often wrong.
import { openByteFile } from './byte-file.ts';
import { openSafetensors } from './safetensors.ts';
import { damaged } from './safetensors-header.ts';
import type { TensorFile } from './tensor-table.ts';
import { openTorchFile } from './torch/torch-file.ts';

/** How a zip archive begins. */
const ARCHIVE = [0x50, 0x4b, 0x03, 0x04];
/** How a pickle of protocol 2 begins whose first value is a long integer, as in old files of PyTorch. */
const LEGACY = [0x80, 0x02, 0x8a, 0x0a];

/**
 * Reads what says where the tensors are, of a safetensors file or of one of PyTorch.
 * @throws EngineError FILE_UNREADABLE, NOT_A_FILE, SAFETENSORS_DAMAGED, TORCH_FILE_DAMAGED, TORCH_FILE_REFUSED,
 * TORCH_FILE_UNSUPPORTED
 */
export async function openTensorFile(path: string): Promise<TensorFile> {
  const { sizeBytes, read } = await openByteFile(path, damaged);
  const start = await read(0, Math.min(ARCHIVE.length, sizeBytes));
  const begins = (signature: readonly number[]): boolean => signature.every((byte, index) => start[index] === byte);
  if (begins(ARCHIVE)) return openTorchFile(path, true);
  if (begins(LEGACY)) return openTorchFile(path, false);
  return openSafetensors(path);
}
