// What the example pictures of docs/nodes.md show: inputs of a node, defaults left out. The first output is the picture.
import { stripes, testMask, testPicture } from './test-picture.ts';

const picture = testPicture();
const other = stripes();
const mask = testMask();

/** Class type to inputs. */
export const nodeExamples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Canny: { image: picture, low_threshold: 0.1, high_threshold: 0.3 },
  CropMask: { mask, x: 40, y: 5, width: 48, height: 40 },
  EmptyImage: { width: 96, height: 72, color: 0x4078c0 },
  FeatherMask: { mask: { data: new Float32Array(96 * 72).fill(1), dims: [1, 72, 96] }, left: 40, top: 20 },
  GrowMask: { mask, expand: 8, tapered_corners: true },
  ImageAddNoise: { image: picture, seed: 1, strength: 0.3 },
  ImageBlend: { image1: picture, image2: other, blend_factor: 0.5, blend_mode: 'overlay' },
  ImageBlur: { image: picture, blur_radius: 6, sigma: 4 },
  ImageColorToMask: { image: other, color: 0x265999 },
  ImageCompositeMasked: { destination: picture, source: other, x: 0, y: 0, resize_source: false, mask },
  ImageCrop: { image: picture, width: 48, height: 36, x: 40, y: 8 },
  ImageFlip: { image: picture, flip_method: 'x-axis: vertically' },
  ImageInvert: { image: picture },
  ImagePadForOutpaint: { image: picture, left: 24, top: 0, right: 24, bottom: 0, feathering: 8 },
  ImageQuantize: { image: picture, colors: 6, dither: 'floyd-steinberg' },
  ImageRGBToYUV: { image: picture },
  ImageRotate: { image: picture, rotation: '90 degrees' },
  ImageScale: { image: picture, upscale_method: 'nearest-exact', width: 24, height: 18, crop: 'disabled' },
  ImageScaleBy: { image: picture, upscale_method: 'nearest-exact', scale_by: 0.25 },
  ImageSharpen: { image: picture, sharpen_radius: 3, sigma: 1.5, alpha: 3 },
  ImageStitch: { image1: picture, image2: other, direction: 'right', spacing_width: 4 },
  ImageToMask: { image: picture, channel: 'red' },
  InvertMask: { mask },
  JoinImageWithAlpha: { image: picture, alpha: mask },
  LTXVPreprocess: { image: picture, img_compression: 60 },
  MaskComposite: { destination: mask, source: mask, x: 8, y: 8, operation: 'xor' },
  MaskToImage: { mask },
  Morphology: { image: picture, operation: 'gradient', kernel_size: 3 },
  PorterDuffImageComposite: {
    source: other,
    source_alpha: mask,
    destination: picture,
    destination_alpha: { data: new Float32Array(96 * 72), dims: [1, 72, 96] },
    mode: 'SRC_OVER',
  },
  ResizeAndPadImage: {
    image: picture,
    target_width: 96,
    target_height: 96,
    padding_color: 'black',
    interpolation: 'area',
  },
  SolidMask: { value: 0.5, width: 96, height: 72 },
  ThresholdMask: { mask, value: 0.5 },
};
