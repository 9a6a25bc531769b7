// The container of PNG files: a signature and chunks of length, type, data and CRC (W3C PNG specification, section 5). Reading is
// tolerant of cut files, since pictures that were not written to their end are shown as far as they go.
import { crc32, inflateSync } from 'node:zlib';

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Bytes of one chunk, CRC included. */
export function encodePngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) chunk[4 + index] = type.charCodeAt(index);
  chunk.set(data, 8);
  view.setUint32(data.length + 8, crc32(chunk.subarray(4, data.length + 8)));
  return chunk;
}

/** A whole file made of chunks. */
export function encodePngFile(chunks: readonly PngChunk[]): Uint8Array {
  return Buffer.concat([pngSignature, ...chunks.map(({ type, data }) => encodePngChunk(type, data))]);
}

export function isPng(bytes: Uint8Array): boolean {
  return pngSignature.every((byte, index) => bytes[index] === byte);
}

/** Chunks up to `IEND` or to where the file was cut; the last one may then be short. CRCs are not checked. */
export function* readPngChunks(bytes: Uint8Array): Generator<PngChunk> {
  if (!isPng(bytes)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = pngSignature.length;
  while (position + 8 <= bytes.length) {
    const length = view.getUint32(position);
    const type = String.fromCharCode(...bytes.subarray(position + 4, position + 8));
    yield { type, data: bytes.subarray(position + 8, position + 8 + length) };
    if (type === 'IEND') return;
    position += length + 12;
  }
}

/**
 * A cut file with its last chunk shortened to what is there and an end added, so that decoders show what they can; they lose
 * more when they meet the end of the file inside a chunk. Complete files are returned as they are.
 */
export function repairCutPng(bytes: Uint8Array): Uint8Array {
  const chunks = [...readPngChunks(bytes)];
  return chunks.at(-1)?.type === 'IEND' ? bytes : encodePngFile([...chunks, { type: 'IEND', data: new Uint8Array() }]);
}

/** A text of at most this many bytes is unpacked from a compressed chunk. */
const maxTextBytes = 64 * 2 ** 20;

/** Texts of a PNG file by keyword (tEXt, zTXt, iTXt); of equal keywords the first counts, damaged texts are left out. */
export function readPngTexts(bytes: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { type, data } of readPngChunks(bytes)) {
    if (type !== 'tEXt' && type !== 'zTXt' && type !== 'iTXt') continue;
    const end = data.indexOf(0);
    if (end < 1) continue;
    const keyword = decodeLatin1(data.subarray(0, end));
    const text = decodeText(type, data.subarray(end + 1));
    if (text !== undefined && !texts.has(keyword)) texts.set(keyword, text);
  }
  return texts;
}

function decodeText(type: string, data: Uint8Array): string | undefined {
  if (type === 'tEXt') return decodeLatin1(data);
  if (type === 'zTXt') {
    const packed = unpack(data.subarray(1));
    return packed && decodeLatin1(packed);
  }
  // iTXt: compression flag and method, language, translated keyword, text in UTF-8.
  const languageEnd = data.indexOf(0, 2);
  const keywordEnd = data.indexOf(0, languageEnd + 1);
  if (languageEnd < 0 || keywordEnd < 0) return undefined;
  const rest = data.subarray(keywordEnd + 1);
  const text = data[0] === 1 ? unpack(rest) : rest;
  return text && Buffer.from(text).toString('utf8');
}

function decodeLatin1(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
}

function unpack(data: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(data, { maxOutputLength: maxTextBytes });
  } catch {
    return undefined; // a damaged text does not make the picture unreadable
  }
}
