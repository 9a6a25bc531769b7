// Why a node of the reference is not here. A class that is neither implemented nor named here fails a test.

interface MissingFamily {
  readonly reason: string;
  readonly categories?: RegExp;
  readonly classes?: readonly string[];
}

const families: readonly MissingFamily[] = [
  {
    reason: 'needs networks that this version does not load',
    categories:
      /^(audio_encoder|advanced\/model_merging|advanced\/model_patches|advanced\/loaders|advanced\/hooks\/(clip|create)|conditioning\/(3d_models|controlnet|gligen|style_model|lotus)|loaders|training)/,
  },
  { reason: 'shows or makes three-dimensional models', categories: /^3d$|^latent\/3d$/ },
];

/** Undefined for a class that should be here. */
export function reasonMissing(name: string, category: string): string | undefined {
  return families.find(
    ({ classes, categories }) => classes?.includes(name) === true || categories?.test(category) === true,
  )?.reason;
}
