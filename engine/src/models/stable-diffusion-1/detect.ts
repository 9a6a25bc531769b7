// Says by key names whether a file is an SD 1.x checkpoint, and otherwise what it is and what the user can do with it.
import { EngineError } from '../../errors.ts';
import type { SafetensorsFile } from '../../formats/safetensors.ts';

/** Prefixes of the three parts, each with its dot. */
export interface CheckpointPrefixes {
  readonly unet: string;
  readonly clip: string;
  readonly vae: string;
}

type Keys = Pick<SafetensorsFile, 'path' | 'tensors'>;

interface FileKind {
  readonly kind: string;
  readonly advice: string;
  readonly isMatch: (keys: readonly string[]) => boolean;
}

const UNET = 'model.diffusion_model.';
const VAE = 'first_stage_model.';
const NOT_YET = 'This version runs Stable Diffusion 1.x checkpoints only.';
const LORA_KEY = /lora_(up|down|A|B|embedding)|\.lora\.|\.hada_w|\.lokr_|\.oft_|^lora_/;

const startsWith = (...prefixes: string[]) => {
  return (keys: readonly string[]): boolean => keys.some(key => prefixes.some(prefix => key.startsWith(prefix)));
};
const contains = (part: string) => {
  return (keys: readonly string[]): boolean => keys.some(key => key.includes(part));
};

/** Files that are something else; the first match counts, so special kinds come before general ones. */
const OTHER_KINDS: readonly FileKind[] = [
  {
    kind: 'a LoRA',
    advice: 'Load it together with a checkpoint.',
    isMatch: keys => keys.some(key => LORA_KEY.test(key)),
  },
  { kind: 'an SDXL checkpoint', advice: NOT_YET, isMatch: startsWith('conditioner.embedders.', `${UNET}label_emb.`) },
  { kind: 'an SD 2.x checkpoint', advice: NOT_YET, isMatch: startsWith('cond_stage_model.model.') },
  { kind: 'a Flux model', advice: NOT_YET, isMatch: contains('double_blocks.0.img_') },
  { kind: 'an SD 3 model', advice: NOT_YET, isMatch: contains('joint_blocks.0.') },
  {
    kind: 'a ControlNet',
    advice: 'Load it together with a checkpoint.',
    isMatch: startsWith('control_model.', 'controlnet_'),
  },
];

/** What is left when there is no UNet in LDM layout. */
const PARTS_ALONE: readonly FileKind[] = [
  {
    kind: 'a UNet in diffusers layout',
    advice: 'Use a checkpoint in one file that has the UNet, the text encoder and the VAE.',
    isMatch: startsWith('down_blocks.0.', 'unet.down_blocks.0.'),
  },
  {
    kind: 'a VAE without a diffusion model',
    advice: 'Load it as a VAE.',
    isMatch: startsWith(VAE, 'decoder.', 'encoder.conv_in', 'vae.'),
  },
  {
    kind: 'a text encoder without a diffusion model',
    advice: NOT_YET,
    isMatch: startsWith('text_model.', 'cond_stage_model.', 'encoder.block.'),
  },
  {
    kind: 'a textual inversion',
    advice: 'Put it into the embeddings folder and write embedding:name in a prompt.',
    isMatch: keys => keys.length <= 4 && startsWith('emb_params', 'clip_l', 'clip_g')(keys),
  },
];

/** @throws EngineError MODEL_UNSUPPORTED */
export function requireStableDiffusion1(file: Keys): CheckpointPrefixes {
  const keys = [...file.tensors.keys()];
  const fail = ({ kind, advice }: Pick<FileKind, 'kind' | 'advice'>): never => {
    throw new EngineError('MODEL_UNSUPPORTED', { path: file.path, kind, advice });
  };
  const other = OTHER_KINDS.find(({ isMatch }) => isMatch(keys));
  if (other) fail(other);
  if (!startsWith(`${UNET}input_blocks.`)(keys)) {
    fail(PARTS_ALONE.find(({ isMatch }) => isMatch(keys)) ?? { kind: 'no model of a known kind', advice: NOT_YET });
  }
  const inputChannels = file.tensors.get(`${UNET}input_blocks.0.0.weight`)?.shape[1];
  if (inputChannels === 9 || inputChannels === 8) {
    fail({ kind: `a checkpoint for inpainting or editing (${inputChannels} input channels)`, advice: NOT_YET });
  }
  const clip = ['cond_stage_model.transformer.text_model.', 'cond_stage_model.transformer.'].find(prefix =>
    file.tensors.has(`${prefix}embeddings.token_embedding.weight`),
  );
  if (!clip) return fail({ kind: 'a checkpoint without a text encoder', advice: 'Use a complete checkpoint.' });
  if (!startsWith(VAE)(keys)) fail({ kind: 'a checkpoint without a VAE', advice: 'Use a complete checkpoint.' });
  return { unet: UNET, clip, vae: VAE };
}
