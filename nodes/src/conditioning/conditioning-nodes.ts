// The nodes of the conditioning family beside the two basic ones of the text encoder, in the order in which menus show them.
import type { NodeDefinition } from '@snug/execution';
import {
  ConditioningSetArea,
  ConditioningSetAreaPercentage,
  ConditioningSetAreaPercentageVideo,
  ConditioningSetAreaStrength,
  ConditioningSetMask,
  ConditioningSetTimestepRange,
} from './areas.ts';
import { ConditioningAverage, ConditioningCombine, ConditioningConcat, ConditioningZeroOut } from './combine.ts';
import { CombineHooks2, CombineHooks4, CombineHooks8, SetClipHooks, SetHookKeyframes } from './hook-groups.ts';
import {
  CreateHookKeyframe,
  CreateHookKeyframesFromFloats,
  CreateHookKeyframesInterpolated,
} from './hook-keyframes.ts';
import {
  ConditioningStableAudio,
  FluxKontextMultiReferenceLatentMethod,
  HunyuanRefinerLatent,
  InstructPixToPixConditioning,
  ReferenceLatent,
  SD_4XUpscale_Conditioning,
} from './image-conditioning.ts';
import {
  CosmosImageToVideoLatent,
  CosmosPredict2ImageToVideoLatent,
  HunyuanImageToVideo,
  LTXVImgToVideo,
  Wan22ImageToVideoLatent,
} from './image-to-video-latents.ts';
import { InpaintModelConditioning, SetLatentNoiseMask, VAEEncodeForInpaint } from './inpaint.ts';
import { LTXVAddGuide, LTXVConditioning, LTXVCropGuides } from './ltxv-guides.ts';
import { FluxDisableGuidance, FluxGuidance, unCLIPConditioning } from './model-values.ts';
import {
  ConditioningSetDefaultCombine,
  ConditioningSetProperties,
  ConditioningSetPropertiesAndCombine,
  ConditioningTimestepsRange,
  PairConditioningCombine,
  PairConditioningSetDefaultCombine,
  PairConditioningSetProperties,
  PairConditioningSetPropertiesAndCombine,
} from './properties.ts';
import { CLIPAttentionMultiply } from './text-encoding.ts';
import {
  CLIPTextEncodeControlnet,
  CLIPTextEncodeFlux,
  CLIPTextEncodePixArtAlpha,
  CLIPTextEncodeSD3,
  CLIPTextEncodeSDXL,
  CLIPTextEncodeSDXLRefiner,
} from './text-encoding-variants.ts';
import { Wan22FunControlToVideo, WanFunControlToVideo, WanPhantomSubjectToVideo } from './wan-control.ts';
import {
  WanCameraImageToVideo,
  WanFirstLastFrameToVideo,
  WanFunInpaintToVideo,
  WanImageToVideo,
} from './wan-image-to-video.ts';
import { WanVaceToVideo } from './wan-vace.ts';

export const conditioningNodes: readonly NodeDefinition[] = [
  ConditioningAverage,
  ConditioningCombine,
  ConditioningConcat,
  ConditioningZeroOut,
  ConditioningSetArea,
  ConditioningSetAreaPercentage,
  ConditioningSetAreaPercentageVideo,
  ConditioningSetAreaStrength,
  ConditioningSetMask,
  ConditioningSetTimestepRange,
  FluxGuidance,
  FluxDisableGuidance,
  unCLIPConditioning,
  VAEEncodeForInpaint,
  SetLatentNoiseMask,
  InpaintModelConditioning,
  ConditioningSetProperties,
  ConditioningSetPropertiesAndCombine,
  ConditioningSetDefaultCombine,
  PairConditioningSetProperties,
  PairConditioningSetPropertiesAndCombine,
  PairConditioningSetDefaultCombine,
  PairConditioningCombine,
  ConditioningTimestepsRange,
  CreateHookKeyframe,
  CreateHookKeyframesInterpolated,
  CreateHookKeyframesFromFloats,
  SetHookKeyframes,
  CombineHooks2,
  CombineHooks4,
  CombineHooks8,
  SetClipHooks,
  CLIPTextEncodeSDXLRefiner,
  CLIPTextEncodePixArtAlpha,
  CLIPTextEncodeControlnet,
  CLIPTextEncodeSDXL,
  CLIPTextEncodeFlux,
  CLIPTextEncodeSD3,
  CLIPAttentionMultiply,
  ReferenceLatent,
  FluxKontextMultiReferenceLatentMethod,
  InstructPixToPixConditioning,
  SD_4XUpscale_Conditioning,
  HunyuanRefinerLatent,
  ConditioningStableAudio,
  LTXVConditioning,
  LTXVImgToVideo,
  LTXVAddGuide,
  LTXVCropGuides,
  CosmosImageToVideoLatent,
  CosmosPredict2ImageToVideoLatent,
  HunyuanImageToVideo,
  WanImageToVideo,
  WanFirstLastFrameToVideo,
  WanFunInpaintToVideo,
  WanFunControlToVideo,
  Wan22FunControlToVideo,
  WanVaceToVideo,
  WanPhantomSubjectToVideo,
  WanCameraImageToVideo,
  Wan22ImageToVideoLatent,
];
