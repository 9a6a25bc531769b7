// Any picture file to tensors, pixel for pixel as the reference loads it (golden data, `LoadImage_*`): all frames as a batch,
// turned upright by their EXIF orientation, colour profiles ignored, the alpha channel as a mask.
// A file that is cut off inside its pixel data is decoded as far as it goes; only one that cannot be identified fails.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { parseAnimatedPng, renderAnimatedPng } from './animated-png.ts';
import type { ByteImage } from './byte-image.ts';
import { bmpSize, decodeBmp } from './decode-bmp.ts';
import { type ImageFormat, sniffImageFormat } from './image-format.ts';
import { repairCutPng } from './png-chunks.ts';
import { loadSharp } from './sharp-library.ts';

export interface DecodeImageOptions {
  /** How messages call the file; default `image`. */
  readonly name?: string;
  /** Most pixels of all frames together, against decompression bombs; default 178,956,970. */
  readonly maxPixels?: number;
}

export interface DecodedImage {
  /** [frames, height, width, 3], 0..1. */
  readonly image: Tensor;
  /** [frames, height, width], 1 - alpha; zeros [frames, 64, 64] when the file has no alpha. */
  readonly mask: Tensor;
}

const defaultMaxPixels = 178_956_970;

/** Decodes the bytes of a picture file. @throws EngineError IMAGE_UNIDENTIFIED, IMAGE_DAMAGED or IMAGE_TOO_LARGE. */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions = {}): Promise<DecodedImage> {
  const { name = 'image', maxPixels = defaultMaxPixels } = options;
  const format = sniffImageFormat(bytes);
  if (format === undefined) throw unidentified(name, new Error('its first bytes are of no known format'));
  if (format !== 'bmp') await loadSharp(); // outside the try: a missing library is no fault of the file
  const checkSize = (pixels: number): void => {
    if (pixels > maxPixels) throw new EngineError('IMAGE_TOO_LARGE', { name, pixels, limit: maxPixels });
    refuseHollow(format, pixels, bytes.length);
  };
  try {
    return toTensors(await decodeFrames(bytes, format, checkSize));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    if (cause instanceof HeaderError) throw unidentified(name, cause.cause);
    throw new EngineError('IMAGE_DAMAGED', { name, reason: firstLine(cause) }, { cause });
  }
}

/** A cut file of at most so many pixels is shown as far as it goes, however little that is. */
const shownPixels = 2 ** 24;
/**
 * More pixels than a byte of these formats can stand for: deflate packs 1032 bytes (of eight pixels each) into one, the runs of
 * GIF and the blocks of JPEG less. In WebP and AVIF a few bytes may be a whole picture.
 */
const mostPixelsPerByte: Readonly<Partial<Record<ImageFormat, number>>> = { png: 8256, gif: 8192, jpeg: 8192, bmp: 8 };

/** Refuses files that hold next to nothing of the size they declare: gigabytes would be allocated to show black. */
function refuseHollow(format: ImageFormat, pixels: number, fileBytes: number): void {
  const possible = fileBytes * (mostPixelsPerByte[format] ?? Number.POSITIVE_INFINITY);
  if (pixels > shownPixels && pixels > possible) {
    throw new Error(`it declares ${pixels} pixels, but its ${fileBytes} bytes cannot hold them`);
  }
}

/** Says that not even the header could be read; never leaves this file. */
class HeaderError extends Error {}

function unidentified(name: string, cause: unknown): EngineError {
  return new EngineError('IMAGE_UNIDENTIFIED', { name, reason: firstLine(cause) }, { cause });
}

/** Decoders report in several lines, the first says it. */
function firstLine(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line.replace(/[:.]\s*$/, '');
}

/** Throws when a picture of so many pixels must not be decoded. */
type CheckSize = (pixels: number) => void;

async function decodeFrames(bytes: Uint8Array, format: ImageFormat, checkSize: CheckSize): Promise<ByteImage[]> {
  if (format === 'bmp') {
    const { width, height } = bmpSize(bytes);
    checkSize(width * height);
    return [decodeBmp(bytes)];
  }
  const animation = format === 'png' ? parseAnimatedPng(bytes) : undefined;
  if (animation === undefined)
    return decodeWithSharp(format === 'png' ? repairCutPng(bytes) : bytes, format, checkSize);
  checkSize(animation.width * animation.height * animation.frames.length);
  return renderAnimatedPng(animation, decodeRgba);
}

/** Damage is tolerated as far as possible; the number of pixels is checked before by the caller. */
const tolerant = { failOn: 'none', ignoreIcc: true, limitInputPixels: false } as const;

async function decodeRgba(file: Uint8Array): Promise<ByteImage> {
  const sharp = await loadSharp();
  const pipeline = sharp(file, tolerant).toColourspace('srgb').ensureAlpha().raw();
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 4 };
}

async function decodeWithSharp(bytes: Uint8Array, format: ImageFormat, checkSize: CheckSize): Promise<ByteImage[]> {
  const sharp = await loadSharp();
  const input = { ...tolerant, animated: format === 'gif' || format === 'webp' };
  const {
    width,
    height,
    pages = 1,
    space,
    depth,
  } = await sharp(bytes, input)
    .metadata()
    .catch((cause: unknown) => {
      throw new HeaderError('The header cannot be read', { cause });
    });
  checkSize(width * height);
  const frameCount = input.animated ? pages : 1;
  // Frames come as one tall picture, which cannot be turned; animations carry no orientation in practice.
  const source = frameCount === 1 ? sharp(bytes, input).autoOrient() : sharp(bytes, input);
  if (format === 'png' && space === 'grey16' && depth === 'ushort') {
    const { data, info } = await source.toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer(withInfo);
    if (info.channels === 1) return [saturatedGray(data, info.width, info.height)];
  }
  if (space === 'cmyk') {
    const { data, info } = await source.pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer(withInfo);
    return [fromCmyk(data, info.width, info.height)];
  }
  const { data, info } = await source.toColourspace('srgb').raw().toBuffer(withInfo);
  const frames = splitFrames({ data, ...info }, info.pages ?? 1);
  return format === 'gif' && frames.every(isOpaque) ? frames.map(dropAlpha) : frames;
}

const withInfo = { resolveWithObject: true } as const;

/** Sixteen-bit gray pictures are not scaled down but cut at 255, as the reference does; nearly all come out white. */
function saturatedGray(data: Buffer, width: number, height: number): ByteImage {
  const values = new Uint16Array(data.buffer, data.byteOffset, width * height);
  const rgb = new Uint8Array(width * height * 3);
  values.forEach((value, pixel) => {
    rgb.fill(Math.min(value, 255), pixel * 3, pixel * 3 + 3);
  });
  return { data: rgb, width, height, channels: 3 };
}

/** Inks to light without a colour profile: (255 - ink) * (255 - black) / 255. */
function fromCmyk(data: Uint8Array, width: number, height: number): ByteImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const light = 255 - data[pixel * 4 + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      rgb[pixel * 3 + channel] = light - Math.round((data[pixel * 4 + channel]! * light) / 255);
    }
  }
  return { data: rgb, width, height, channels: 3 };
}

function splitFrames({ data, width, height, channels }: ByteImage, count: number): ByteImage[] {
  const frameHeight = height / count;
  const size = width * frameHeight * channels;
  return Array.from({ length: count }, (_, index) => ({
    data: data.subarray(index * size, (index + 1) * size),
    width,
    height: frameHeight,
    channels,
  }));
}

/** GIF decoding always yields alpha; it counts only if a pixel uses it. */
function isOpaque({ data, channels }: ByteImage): boolean {
  if (channels !== 4) return true;
  for (let index = 3; index < data.length; index += 4) if (data[index] !== 255) return false;
  return true;
}

function dropAlpha(image: ByteImage): ByteImage {
  const { data, width, height, channels } = image;
  if (channels === 3) return image;
  const rgb = new Uint8Array(width * height * 3);
  for (let source = 0, target = 0; target < rgb.length; source += channels) {
    for (let channel = 0; channel < 3; channel++) rgb[target++] = data[source + channel]!;
  }
  return { data: rgb, width, height, channels: 3 };
}

/** Side of the mask of a picture without alpha. */
const emptyMaskSide = 64;

function toTensors(frames: readonly ByteImage[]): DecodedImage {
  const [first] = frames;
  if (first === undefined) throw new Error('it has no frame');
  const { width, height, channels } = first;
  const size = width * height * 3;
  const image = new Float32Array(frames.length * size);
  frames.forEach((frame, index) => {
    writeColors(frame, image.subarray(index * size, (index + 1) * size));
  });
  return {
    image: { data: image, dims: [frames.length, height, width, 3] },
    mask: channels === 4 ? maskOf(frames) : emptyMask(frames.length),
  };
}

/** Red, green and blue of every pixel as floats in 0..1. */
function writeColors({ data, channels }: ByteImage, target: Float32Array): void {
  for (let source = 0, index = 0; index < target.length; source += channels) {
    target[index++] = data[source]! / 255;
    target[index++] = data[source + 1]! / 255;
    target[index++] = data[source + 2]! / 255;
  }
}

function emptyMask(count: number): Tensor {
  const dims = [count, emptyMaskSide, emptyMaskSide];
  return { data: new Float32Array(count * emptyMaskSide * emptyMaskSide), dims };
}

function maskOf(frames: readonly ByteImage[]): Tensor {
  const { width, height } = frames[0]!;
  const data = new Float32Array(frames.length * width * height);
  frames.forEach((frame, index) => {
    for (let pixel = 0; pixel < width * height; pixel++) {
      data[index * width * height + pixel] = 1 - Math.fround(frame.data[pixel * 4 + 3]! / 255);
    }
  });
  return { data, dims: [frames.length, height, width] };
}
