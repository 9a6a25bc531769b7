// Animated PNG, which libvips does not read: each frame is rewritten as a PNG of its own, decoded by the caller, and drawn on
// the canvas of the animation (W3C PNG specification, third edition, sections 11.3.6 "Animation information").
import type { ByteImage } from './byte-image.ts';
import { encodePngFile, type PngChunk, readPngChunks } from './png-chunks.ts';

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Afterwards: 0 leave it, 1 clear its area, 2 restore what was there. */
  readonly disposal: number;
  /** 0 replace, 1 draw over. */
  readonly blending: number;
  /** A PNG file of this frame alone. */
  readonly file: Uint8Array;
  /** The still picture for viewers without animation; shown first, but not part of the canvas. */
  readonly isStill: boolean;
}

export interface AnimatedPng {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly frames: readonly Frame[];
}

/** `undefined` when the PNG is not animated. @throws Error that says what is wrong. */
export function parseAnimatedPng(bytes: Uint8Array): AnimatedPng | undefined {
  let header: PngChunk | undefined;
  const shared: PngChunk[] = [];
  let isAnimated = false;
  let control: Uint8Array | undefined;
  let parts: Uint8Array[] = [];
  const frames: Frame[] = [];
  const finishFrame = (): void => {
    if (header !== undefined && parts.length > 0) frames.push(frameOf(header.data, control, shared, parts));
    parts = [];
  };
  for (const chunk of readPngChunks(bytes)) {
    if (chunk.type === 'IHDR') header = chunk;
    else if (chunk.type === 'PLTE' || chunk.type === 'tRNS') shared.push(chunk);
    else if (chunk.type === 'acTL') isAnimated = true;
    else if (chunk.type === 'IDAT' && !isAnimated)
      return undefined; // the control chunk must come first
    else if (chunk.type === 'IDAT') parts.push(chunk.data);
    else if (chunk.type === 'fdAT') parts.push(chunk.data.subarray(4));
    else if (chunk.type === 'fcTL') {
      finishFrame();
      control = chunk.data;
    }
  }
  finishFrame();
  if (!isAnimated || header === undefined || frames.length === 0) return undefined;
  const { width, height } = sizeAt(header.data, 0);
  const hasAlpha = ((header.data[9] ?? 0) & 4) !== 0 || shared.some(chunk => chunk.type === 'tRNS');
  return { width, height, hasAlpha, frames };
}

function sizeAt(data: Uint8Array, offset: number): { width: number; height: number } {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return { width: view.getUint32(offset), height: view.getUint32(offset + 4) };
}

function frameOf(
  header: Uint8Array,
  control: Uint8Array | undefined,
  shared: readonly PngChunk[],
  parts: readonly Uint8Array[],
): Frame {
  if (header.length < 13 || (control !== undefined && control.length < 26)) throw new Error('a chunk is cut off');
  const canvas = sizeAt(header, 0);
  const size = control === undefined ? canvas : sizeAt(control, 4);
  const place = control === undefined ? { width: 0, height: 0 } : sizeAt(control, 12);
  if (place.width + size.width > canvas.width || place.height + size.height > canvas.height) {
    throw new Error('a frame lies outside of the picture');
  }
  const frameHeader = Uint8Array.from(header);
  const view = new DataView(frameHeader.buffer);
  view.setUint32(0, size.width);
  view.setUint32(4, size.height);
  const file = encodePngFile([
    { type: 'IHDR', data: frameHeader },
    ...shared,
    ...parts.map(data => ({ type: 'IDAT', data })),
    { type: 'IEND', data: new Uint8Array() },
  ]);
  return {
    ...size,
    x: place.width,
    y: place.height,
    disposal: control?.[24] ?? 0,
    blending: control?.[25] ?? 0,
    file,
    isStill: control === undefined,
  };
}

/** Whole pictures of the animation; `decode` turns a PNG file into RGBA. */
export async function renderAnimatedPng(
  { width, height, hasAlpha, frames }: AnimatedPng,
  decode: (file: Uint8Array) => Promise<ByteImage>,
): Promise<ByteImage[]> {
  const pictures: ByteImage[] = [];
  let canvas = new Uint8Array(width * height * 4);
  for (const frame of frames) {
    const { data } = await decode(frame.file);
    const before = canvas.slice();
    const drawn = frame.isStill ? new Uint8Array(canvas.length) : canvas;
    drawFrame(drawn, width, frame, data);
    pictures.push(hasAlpha ? { data: drawn.slice(), width, height, channels: 4 } : withoutAlpha(drawn, width, height));
    if (frame.disposal === 1) drawFrame(canvas, width, { ...frame, blending: 0 }, new Uint8Array(data.length));
    else if (frame.disposal === 2) canvas = before;
  }
  return pictures;
}

function drawFrame(canvas: Uint8Array, canvasWidth: number, frame: Frame, pixels: Uint8Array): void {
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      const source = (y * frame.width + x) * 4;
      const target = ((frame.y + y) * canvasWidth + frame.x + x) * 4;
      if (frame.blending === 1) drawOver(canvas, target, pixels, source);
      else for (let channel = 0; channel < 4; channel++) canvas[target + channel] = pixels[source + channel] ?? 0;
    }
  }
}

/** The "over" operator on straight alpha. */
function drawOver(canvas: Uint8Array, target: number, pixels: Uint8Array, source: number): void {
  const above = pixels[source + 3]! / 255;
  const below = (canvas[target + 3]! / 255) * (1 - above);
  const alpha = above + below;
  for (let channel = 0; channel < 3 && alpha > 0; channel++) {
    const sum = pixels[source + channel]! * above + canvas[target + channel]! * below;
    canvas[target + channel] = Math.round(sum / alpha);
  }
  canvas[target + 3] = Math.round(alpha * 255);
}

function withoutAlpha(rgba: Uint8Array, width: number, height: number): ByteImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) data.set(rgba.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
  return { data, width, height, channels: 3 };
}
