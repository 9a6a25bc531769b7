// PNG files of 8-bit pictures, with texts (the prompt and the workflow travel in them). Written directly around zlib: a small
// picture takes a fraction of a millisecond, and nothing but zlib has to be loaded.
import { EngineError } from '../errors.ts';
import type { ByteImage } from './byte-image.ts';
import { encodePngFile, type PngChunk } from './png-chunks.ts';
import { packPngRows } from './png-rows.ts';

export interface EncodePngOptions {
  /** 0 (stored) to 9 (smallest); default 4. */
  readonly compressionLevel?: number;
  /** Keyword (1 to 79 characters of Latin-1) and text, in this order before the image data. */
  readonly texts?: Iterable<readonly [keyword: string, text: string]>;
}

const colorTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };

/**
 * Encodes a picture with 1, 3 or 4 channels. Texts within Latin-1 become `tEXt`, others `iTXt`; neither is compressed.
 * @throws EngineError INVALID_ARGUMENT for other channel counts, empty pictures and bad keywords.
 */
export async function encodePng(
  image: ByteImage,
  { compressionLevel = 4, texts = [] }: EncodePngOptions = {},
): Promise<Uint8Array> {
  const { data, width, height, channels } = image;
  const colorType = colorTypes[channels];
  if (colorType === undefined || width < 1 || height < 1 || data.length !== width * height * channels) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'A picture to encode',
      expected: 'gray, RGB or RGBA with at least one pixel',
      actual: `${width}x${height} with ${channels} channels and ${data.length} bytes`,
    });
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = colorType;
  const packed = await packPngRows(image, compressionLevel);
  return encodePngFile([
    { type: 'IHDR', data: header },
    ...Array.from(texts, ([keyword, text]) => textChunk(keyword, text)),
    ...packed.map(part => ({ type: 'IDAT', data: part })),
    { type: 'IEND', data: new Uint8Array() },
  ]);
}

function textChunk(keyword: string, text: string): PngChunk {
  if (keyword.length < 1 || keyword.length > 79 || !isLatin1(keyword)) {
    const expected = '1 to 79 characters of Latin-1';
    throw new EngineError('INVALID_ARGUMENT', { name: 'The keyword of a PNG text', expected, actual: `"${keyword}"` });
  }
  return isLatin1(text)
    ? { type: 'tEXt', data: Buffer.from(`${keyword}\0${text}`, 'latin1') }
    : { type: 'iTXt', data: Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text, 'utf8')]) };
}

function isLatin1(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff || code === 0) return false;
  }
  return true;
}
