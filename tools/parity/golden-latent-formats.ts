// Latent formats of the golden data, from the tree's own JSON (`modules/latent_formats`).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LatentFormat } from '../../engine/src/models/model.ts';

interface FormatEntry {
  readonly latent_channels: number;
  readonly scale_factor: number;
  readonly shift_factor?: number;
  readonly latents_mean?: readonly number[];
  readonly latents_std?: readonly number[];
  readonly latent_rgb_factors?: LatentFormat['rgbFactors'];
  readonly latent_rgb_factors_bias?: readonly [number, number, number];
}

/** All formats of a tree, by name. */
export async function loadLatentFormats(treePath: string): Promise<ReadonlyMap<string, LatentFormat>> {
  const text = await readFile(join(treePath, 'modules', 'latent_formats', 'latent_formats.json'), 'utf8');
  const entries = Object.entries(JSON.parse(text) as Record<string, FormatEntry>);
  return new Map(entries.map(([name, entry]) => [name, formatOf(name, entry)]));
}

function formatOf(name: string, entry: FormatEntry): LatentFormat {
  return {
    name,
    channels: entry.latent_channels,
    downscale: 8,
    scaleFactor: entry.scale_factor,
    shiftFactor: entry.shift_factor ?? 0,
    rgbFactors: entry.latent_rgb_factors ?? [],
    ...(entry.latent_rgb_factors_bias && { rgbBias: entry.latent_rgb_factors_bias }),
    ...(entry.latents_mean &&
      entry.latents_std && { channelMeans: entry.latents_mean, channelStds: entry.latents_std }),
  };
}

/** Latent format of the models in the `samplers` folder: golden data, README section 5. */
const formatOfModel: readonly (readonly [prefix: string, format: string])[] = [
  ['sdxl', 'SDXL'],
  ['sd15', 'SD15'],
  ['sd2', 'SD15'],
  ['sd3', 'SD3'],
  ['edm', 'SDXL'],
  ['flux', 'Flux'],
  ['wan', 'Wan21'],
  ['continuous_v', 'StableAudio1'],
];

/** Name of the latent format of a golden model such as `sd15_eps`; throws when the README names none. */
export function latentFormatNameOf(model: string): string {
  const found = formatOfModel.find(([prefix]) => model.startsWith(prefix));
  if (found === undefined) throw new Error(`no latent format is known for the model "${model}"`);
  return found[1];
}
