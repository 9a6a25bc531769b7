// Files of tiny autoencoders in the folder `vae_approx`, found by the start of their names (spec websocket.md 6.6).
import { type TinyFamily, tinyFamilies } from '@snug/engine';
import type { ModelFiles } from './node-types.ts';

const FOLDER = 'vae_approx';

/** Name of the file, with the formats that can be read first; undefined when there is none. */
export function tinyFile(
  models: Pick<ModelFiles, 'list'>,
  { name }: Pick<TinyFamily, 'name'>,
  part: 'decoder' | 'encoder',
): string | undefined {
  const found = models.list(FOLDER).filter(file => file.startsWith(`${name}_${part}`));
  return found.find(file => file.endsWith('.safetensors')) ?? found[0];
}

export async function tinyFilePath(
  models: ModelFiles,
  family: Pick<TinyFamily, 'name'>,
  part: 'decoder' | 'encoder',
): Promise<string | undefined> {
  const file = tinyFile(models, family, part);
  return file === undefined ? undefined : models.resolve(FOLDER, file);
}

/** Families whose decoder and encoder are both there, so that they can stand for a VAE. */
export function completeTinyFamilies(models: Pick<ModelFiles, 'list'>): readonly TinyFamily[] {
  return tinyFamilies.filter(family => tinyFile(models, family, 'decoder') && tinyFile(models, family, 'encoder'));
}
