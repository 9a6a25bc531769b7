// Tiny autoencoders by the family of their latents: names of their files in `vae_approx` (spec websocket.md 6.6), and how the
// latents that nodes exchange become those of model space. Values: the families' own latent formats.

export interface TinyFamily {
  /** Name in lists of VAEs, and the start of both file names: `taesd_decoder`, `taesd_encoder`. */
  readonly name: string;
  /** Latent formats that it decodes. */
  readonly latentFormats: readonly string[];
  readonly scale: number;
  readonly shift: number;
}

export const tinyFamilies: readonly TinyFamily[] = [
  { name: 'taesd', latentFormats: ['SD15'], scale: 0.18215, shift: 0 },
  { name: 'taesdxl', latentFormats: ['SDXL'], scale: 0.13025, shift: 0 },
  { name: 'taesd3', latentFormats: ['SD3'], scale: 1.5305, shift: 0.0609 },
  { name: 'taef1', latentFormats: ['Flux'], scale: 0.3611, shift: 0.1159 },
];

/** The family whose decoder shows latents of a format; undefined when there is none. */
export function tinyFamilyOf(latentFormat: string): TinyFamily | undefined {
  return tinyFamilies.find(family => family.latentFormats.includes(latentFormat));
}
