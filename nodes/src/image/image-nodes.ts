// Pictures without a model: sizes, batches, filters, colours. Files are in `files/`, masks and layers in `mask/`.
import {
  Canny,
  ImageBlend,
  ImageBlur,
  ImageQuantize,
  ImageRGBToYUV,
  ImageSharpen,
  ImageYUVToRGB,
  Morphology,
} from './filters.ts';
import { EmptyImage, GetImageSize, ImageAddNoise, ImageInvert, ImagePadForOutpaint } from './image-basics.ts';
import { ImageBatch, ImageFromBatch, RepeatImageBatch } from './image-batches.ts';
import {
  FluxKontextImageScale,
  ImageScale,
  ImageScaleBy,
  ImageScaleToMaxDimension,
  ImageScaleToTotalPixels,
  ResizeAndPadImage,
} from './image-scale.ts';
import { RebatchImages } from './rebatch-images.ts';
import { ImageCrop, ImageFlip, ImageRotate, ImageStitch } from './transforms.ts';
import { WebcamCapture } from './webcam-capture.ts';

export const imageNodes = [
  ImageScale,
  ImageScaleBy,
  ImageInvert,
  ImageBatch,
  ImagePadForOutpaint,
  EmptyImage,
  ImageBlend,
  ImageBlur,
  ImageQuantize,
  ImageSharpen,
  ImageScaleToTotalPixels,
  RebatchImages,
  Canny,
  ImageCrop,
  RepeatImageBatch,
  ImageFromBatch,
  ImageAddNoise,
  ImageStitch,
  ResizeAndPadImage,
  GetImageSize,
  ImageRotate,
  ImageFlip,
  ImageScaleToMaxDimension,
  Morphology,
  ImageRGBToYUV,
  ImageYUVToRGB,
  WebcamCapture,
  FluxKontextImageScale,
] as const;
