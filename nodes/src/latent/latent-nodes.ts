// The nodes of the latent family, in the order in which menus show them.
import type { NodeDefinition } from '@snug/execution';
import { LatentAdd, LatentBlend, LatentInterpolate, LatentMultiply, LatentSubtract } from './arithmetic.ts';
import { LatentBatch, LatentFromBatch, RebatchLatents, RepeatLatentBatch } from './batches.ts';
import {
  EmptyChromaRadianceLatentImage,
  EmptyHunyuanImageLatent,
  EmptyLatentImage,
  EmptySD3LatentImage,
} from './empty-latents.ts';
import { EmptyAceStepLatentAudio, EmptyLatentAudio, EmptyLatentHunyuan3Dv2 } from './empty-typed-latents.ts';
import { LatentComposite, LatentConcat, LatentCut } from './join-and-cut.ts';
import { LatentUpscale, LatentUpscaleBy } from './scale.ts';
import {
  StableCascade_EmptyLatentImage,
  StableCascade_StageB_Conditioning,
  StableCascade_StageC_VAEEncode,
  StableCascade_SuperResolutionControlnet,
} from './stable-cascade.ts';
import { VAEDecodeTiled, VAEEncodeTiled } from './tiled-vae.ts';
import { LatentCrop, LatentFlip, LatentRotate } from './transform.ts';
import {
  EmptyCosmosLatentVideo,
  EmptyHunyuanLatentVideo,
  EmptyLTXVLatentVideo,
  EmptyMochiLatentVideo,
  TrimVideoLatent,
} from './video-latents.ts';

export const latentNodes: readonly NodeDefinition[] = [
  EmptyLatentImage,
  LatentUpscale,
  LatentUpscaleBy,
  LatentFromBatch,
  RepeatLatentBatch,
  LatentComposite,
  LatentBlend,
  LatentRotate,
  LatentFlip,
  LatentCrop,
  VAEDecodeTiled,
  VAEEncodeTiled,
  LatentAdd,
  LatentSubtract,
  LatentMultiply,
  LatentInterpolate,
  LatentConcat,
  LatentCut,
  LatentBatch,
  RebatchLatents,
  StableCascade_EmptyLatentImage,
  StableCascade_StageB_Conditioning,
  StableCascade_StageC_VAEEncode,
  StableCascade_SuperResolutionControlnet,
  EmptyLatentAudio,
  EmptySD3LatentImage,
  EmptyHunyuanLatentVideo,
  EmptyHunyuanImageLatent,
  EmptyMochiLatentVideo,
  EmptyLTXVLatentVideo,
  EmptyCosmosLatentVideo,
  TrimVideoLatent,
  EmptyLatentHunyuan3Dv2,
  EmptyAceStepLatentAudio,
  EmptyChromaRadianceLatentImage,
];
