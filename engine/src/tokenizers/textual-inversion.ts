// Textual inversions: a few learned vectors that stand for tokens (Gal et al., "An Image is Worth One Word", 2022), stored as
// one tensor per text encoder.
import { EngineError } from '../errors.ts';
import { openTensorFile } from '../formats/tensor-file.ts';

/**
 * Reads the vectors of an embedding file for one text encoder.
 * @param encoder the tensor of this name is taken if there is one (`clip_l`, `clip_g`, `clip_h`), else the first of the file.
 * @returns one vector per row.
 * @throws EngineError EMBEDDING_INVALID when the file holds no vectors, and what `openTensorFile` throws.
 */
export async function readTextualInversion(path: string, encoder: string): Promise<Float32Array[]> {
  const file = await openTensorFile(path);
  const name = file.tensors.has(encoder) ? encoder : file.tensors.keys().next().value;
  if (name === undefined) throw new EngineError('EMBEDDING_INVALID', { path, reason: 'it holds no tensor' });
  const { data, dims } = await file.readTensor(name);
  const width = dims.at(-1) ?? 0;
  if (dims.length === 0 || dims.length > 2 || data.length === 0) {
    throw new EngineError('EMBEDDING_INVALID', { path, reason: `tensor "${name}" has the shape [${dims}]` });
  }
  return Array.from({ length: data.length / width }, (_, row) => data.slice(row * width, (row + 1) * width));
}
