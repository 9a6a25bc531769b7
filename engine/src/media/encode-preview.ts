// Previews while sampling: a small RGB estimate of the picture becomes a JPEG of a fixed longest side (websocket spec 6.6).
import type { Tensor } from '../tensor/tensor.ts';
import { type ByteImage, floatsToBytes } from './byte-image.ts';
import { encodeJpeg } from './encode-jpeg.ts';
import { resizeBytes } from './resize-bytes.ts';

export interface EncodePreviewOptions {
  /** The longest side becomes exactly this long, smaller pictures are enlarged; default 512. */
  readonly maxSide?: number;
}

/** JPEG (quality 95) of an RGB picture [height, width, 3] in -1..1; values outside are clipped. */
export function encodePreview(rgb: Tensor, { maxSide = 512 }: EncodePreviewOptions = {}): Promise<Uint8Array> {
  return encodeJpeg(fitToSide(previewBytes(rgb), maxSide));
}

/** -1..1 to bytes, truncated. */
function previewBytes({ data, dims }: Tensor): ByteImage {
  const [height = 0, width = 0, channels = 0] = dims;
  const unit = data.map(value => Math.fround(value + 1) / 2);
  return { data: floatsToBytes(unit), width, height, channels };
}

/** Keeps the aspect ratio; the shorter side is rounded, but at least 1. */
function fitToSide(image: ByteImage, side: number): ByteImage {
  const scale = side / Math.max(image.width, image.height);
  const scaled = (length: number): number => Math.max(1, Math.round(length * scale));
  return resizeBytes(image, scaled(image.width), scaled(image.height), 'bilinear');
}
