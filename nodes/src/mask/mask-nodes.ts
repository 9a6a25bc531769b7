// Masks, and what is pasted through them.
import {
  ImageCompositeMasked,
  JoinImageWithAlpha,
  LatentCompositeMasked,
  PorterDuffImageComposite,
  SplitImageWithAlpha,
} from './composites.ts';
import {
  CropMask,
  FeatherMask,
  GrowMask,
  ImageColorToMask,
  ImageToMask,
  InvertMask,
  MaskComposite,
  MaskToImage,
  SolidMask,
  ThresholdMask,
} from './mask-arithmetic.ts';
import { MaskPreview } from './mask-preview.ts';

export const maskNodes = [
  LatentCompositeMasked,
  ImageCompositeMasked,
  MaskToImage,
  ImageToMask,
  ImageColorToMask,
  SolidMask,
  InvertMask,
  CropMask,
  MaskComposite,
  FeatherMask,
  GrowMask,
  ThresholdMask,
  MaskPreview,
  PorterDuffImageComposite,
  SplitImageWithAlpha,
  JoinImageWithAlpha,
] as const;
