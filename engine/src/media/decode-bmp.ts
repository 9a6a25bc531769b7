// Windows bitmaps, which libvips does not read: uncompressed, palette or direct colour, 1 to 32 bits per pixel (Microsoft,
// "Bitmap Storage"). Pixels missing from a cut file are black.
import type { ByteImage } from './byte-image.ts';

interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bitsPerPixel: number;
  readonly dataOffset: number;
  /** Four bytes each, blue first; empty for direct colour. */
  readonly palette: readonly (readonly number[])[];
  /** Bits of red, green, blue and alpha in a pixel of 16, 24 or 32 bits; alpha 0 = none. */
  readonly masks: readonly number[];
}

/** Ways to store the pixels: plain and with explicit masks (3, 6); run-length encoding (1, 2) is not read. */
const plainCompressions = [0, 3, 6];

/** Size in pixels, for a check before anything is allocated. @throws Error that says what is wrong. */
export function bmpSize(bytes: Uint8Array): { width: number; height: number } {
  return readHeader(bytes);
}

/** Decodes to 3 or, if the file has an alpha mask, 4 channels. @throws Error that says what is wrong. */
export function decodeBmp(bytes: Uint8Array): ByteImage {
  const header = readHeader(bytes);
  const { width, height, isTopDown, bitsPerPixel, dataOffset, masks } = header;
  const channels = bitsPerPixel > 8 && masks[3] !== 0 ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const readPixel = bitsPerPixel <= 8 ? paletteReader(header) : directReader(header);
  for (let y = 0; y < height; y++) {
    const row = bytes.subarray(dataOffset + (isTopDown ? y : height - 1 - y) * stride).subarray(0, stride);
    for (let x = 0; x < width; x++) readPixel(row, x, data, (y * width + x) * channels, channels);
  }
  return { data, width, height, channels };
}

function readHeader(bytes: Uint8Array): BmpHeader {
  if (bytes.length < 26) throw new Error('its header is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getUint32(14, true);
  const isCore = headerSize === 12;
  if (!isCore && (headerSize < 40 || bytes.length < 14 + headerSize)) {
    throw new Error(`its header of ${headerSize} bytes is of an unknown kind or cut off`);
  }
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? 0 : view.getUint32(30, true);
  if (width < 1 || signedHeight === 0) throw new Error(`its size is ${width}x${signedHeight}`);
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) throw new Error(`it has ${bitsPerPixel} bits per pixel`);
  if (!plainCompressions.includes(compression)) throw new Error(`compression ${compression} is not supported`);
  const hasMasks = compression !== 0 && bitsPerPixel > 8;
  const masksEnd = hasMasks && headerSize === 40 ? (compression === 6 ? 16 : 12) : 0;
  const paletteStart = 14 + headerSize + masksEnd;
  return {
    width,
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bitsPerPixel,
    dataOffset: view.getUint32(10, true),
    palette: bitsPerPixel <= 8 ? readPalette(bytes, paletteStart, isCore ? 3 : 4, 2 ** bitsPerPixel) : [],
    masks: hasMasks ? readMasks(view, headerSize >= 56 || compression === 6) : defaultMasks(bitsPerPixel),
  };
}

function readMasks(view: DataView, hasAlpha: boolean): number[] {
  if (view.byteLength < 70) throw new Error('its colour masks are cut off');
  return [54, 58, 62, 66].map((offset, index) => (index < 3 || hasAlpha ? view.getUint32(offset, true) : 0));
}

function defaultMasks(bitsPerPixel: number): number[] {
  return bitsPerPixel === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0];
}

function readPalette(bytes: Uint8Array, start: number, size: number, count: number): number[][] {
  return Array.from({ length: count }, (_, index) => [
    ...bytes.subarray(start + index * size, start + index * size + 3),
  ]);
}

type PixelReader = (row: Uint8Array, x: number, out: Uint8Array, target: number, channels: number) => void;

function paletteReader({ bitsPerPixel, palette }: BmpHeader): PixelReader {
  const perByte = 8 / bitsPerPixel;
  return (row, x, out, target) => {
    const byte = row[Math.floor(x / perByte)] ?? 0;
    const index = (byte >> (8 - bitsPerPixel * ((x % perByte) + 1))) & (2 ** bitsPerPixel - 1);
    const color = palette[index]!;
    for (let channel = 0; channel < 3; channel++) out[target + channel] = color[2 - channel] ?? 0;
  };
}

function directReader({ bitsPerPixel, masks }: BmpHeader): PixelReader {
  const bytesPerPixel = bitsPerPixel / 8;
  const fields = masks.map(mask => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, largest: mask >>> shift || 1 };
  });
  return (row, x, out, target, channels) => {
    let pixel = 0;
    for (let byte = bytesPerPixel - 1; byte >= 0; byte--) pixel = (pixel << 8) | (row[x * bytesPerPixel + byte] ?? 0);
    for (let channel = 0; channel < channels; channel++) {
      const { mask, shift, largest } = fields[channel]!;
      out[target + channel] = Math.trunc((((pixel & mask) >>> shift) * 255) / largest);
    }
  };
}
