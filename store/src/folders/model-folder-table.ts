// The folder keys that models are filed under (spec files.md section 3), in the order that `/models` shows.

/** Kinds of weight files. */
export const WEIGHT_EXTENSIONS: readonly string[] = [
  '.ckpt',
  '.pt',
  '.pt2',
  '.bin',
  '.pth',
  '.safetensors',
  '.pkl',
  '.sft',
];

export interface ModelFolderDeclaration {
  readonly key: string;
  /** Folders in search order; default: one of the name of the key. */
  readonly folders: readonly string[];
  /** Lies in the base folder instead of `models`. */
  readonly isInBase: boolean;
  /** Lower case with the point; empty accepts every file, `''` stands for files without extension. */
  readonly extensions: readonly string[];
}

function declare(key: string, changes: Partial<ModelFolderDeclaration> = {}): ModelFolderDeclaration {
  return { key, folders: [key], isInBase: false, extensions: WEIGHT_EXTENSIONS, ...changes };
}

export const MODEL_FOLDERS: readonly ModelFolderDeclaration[] = [
  declare('checkpoints'),
  declare('configs', { extensions: ['.yaml'] }),
  declare('loras'),
  declare('vae'),
  declare('text_encoders', { folders: ['text_encoders', 'clip'] }),
  declare('diffusion_models', { folders: ['unet', 'diffusion_models'] }),
  declare('clip_vision'),
  declare('style_models'),
  declare('embeddings'),
  // Models that are folders; no file has this extension, so the list of files is empty.
  declare('diffusers', { extensions: ['folder'] }),
  declare('vae_approx'),
  declare('controlnet', { folders: ['controlnet', 't2i_adapter'] }),
  declare('gligen'),
  declare('upscale_models'),
  declare('latent_upscale_models'),
  declare('custom_nodes', { isInBase: true, extensions: [] }),
  declare('datasets', { isInBase: true, extensions: [] }),
  declare('hypernetworks'),
  declare('photomaker'),
  declare('classifiers', { extensions: [''] }),
  declare('model_patches'),
  declare('audio_encoders'),
  declare('background_removal'),
  declare('frame_interpolation'),
  declare('geometry_estimation'),
  declare('optical_flow'),
  declare('detection'),
  declare('fonts', { isInBase: true, extensions: ['.ttf', '.otf'] }),
];

/** Older names that nodes and extra path files may use. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['clip', 'text_encoders'],
  ['unet', 'diffusion_models'],
]);

/** The key that a name stands for. */
export function canonicalFolderKey(name: string): string {
  return ALIASES.get(name) ?? name;
}

/** Subfolders of `output` that are searched last: models saved by nodes can be loaded at once. */
export const OUTPUT_MODEL_FOLDERS: readonly (readonly [key: string, folder: string])[] = [
  ['checkpoints', 'checkpoints'],
  ['text_encoders', 'clip'],
  ['vae', 'vae'],
  ['diffusion_models', 'diffusion_models'],
  ['loras', 'loras'],
];
