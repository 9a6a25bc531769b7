// Opens a model file whatever its format, which the first bytes tell: names are often wrong.
import { openSafetensors } from './safetensors.ts';
import type { TensorFile } from './tensor-table.ts';

/**
 * Reads what says where the tensors are.
 * @throws EngineError FILE_UNREADABLE, NOT_A_FILE, SAFETENSORS_DAMAGED
 */
export async function openTensorFile(path: string): Promise<TensorFile> {
  return openSafetensors(path);
}
