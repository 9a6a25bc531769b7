// What a file that is no supported upscale model looks like, by key names that only such files have, for the message.

export interface OtherKind {
  readonly kind: string;
  readonly advice: string;
}

const SUPPORTED = 'Upscale models of the architectures ESRGAN and Real-ESRGAN (RRDBNet and Compact) are supported.';

/** Key pattern to what the file is; special kinds come before general ones. */
const KINDS: readonly (readonly [pattern: RegExp, kind: string, advice?: string])[] = [
  [/lora_(up|down|A|B)|\.lora\.|\.hada_w|\.lokr_|^lora_/, 'a LoRA', 'Load it together with a checkpoint.'],
  [/^(control_model|controlnet_)/, 'a ControlNet', 'Load it with the loader for ControlNets.'],
  [/^model\.diffusion_model\./, 'a checkpoint', 'Load it with the loader for checkpoints.'],
  [
    /(double_blocks|joint_blocks|input_blocks)\.0\./,
    'a diffusion model',
    'Load it with the loader for diffusion models.',
  ],
  [/(^|\.)(encoder|decoder)\.(mid|mid_block|conv_in)\b/, 'a VAE', 'Load it with the loader for VAEs.'],
  [/text_model\.|^encoder\.block\.0\./, 'a text encoder', 'Load it with the loader for text encoders.'],
  [/^(emb_params|clip_[lgh]|string_to_param)/, 'a textual inversion', 'Put it into the embeddings folder.'],
  [/residual_group\.blocks\.0\.conv_block\.|overlap_attn/, 'an upscale model of the architecture HAT'],
  [/\.residual_group\.blocks\.\d+\.attn\./, 'an upscale model of the architecture SwinIR or Swin2SR'],
  [/layers\.0\.blocks\.\d+\.attn\.attns\./, 'an upscale model of the architecture DAT'],
  [/eval_conv\.|^block_1\.c1_r\./, 'an upscale model of the architecture SPAN'],
  [/^residual_layer\.0\.residual_layer\./, 'an upscale model of the architecture OmniSR'],
  [/^feats\.\d+\.(lk|channe_mixer|channel_mixer)/, 'an upscale model of the architecture PLKSR'],
  [/^unet1\.conv1\.conv\.0\./, 'an upscale model of the architecture Real-CUGAN'],
  [/^(stylegan_decoder|quantize\.embedding|fuse_convs_dict)/, 'a model that restores faces'],
];

export function otherKindOf(keys: readonly string[]): OtherKind {
  for (const [pattern, kind, advice = SUPPORTED] of KINDS) {
    if (keys.some(key => pattern.test(key)))
      return { kind, advice: advice === SUPPORTED ? advice : `${advice} ${SUPPORTED}` };
  }
  const [first] = keys;
  const kind =
    first === undefined
      ? 'a file without tensors'
      : `no upscale model of a known kind (its first tensor is "${first}")`;
  return { kind, advice: SUPPORTED };
}
