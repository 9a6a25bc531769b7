// Texts in PNG files (W3C PNG specification, section 11.3.3) and in the private `comf` chunks of animated ones (spec files.md
// section 6). Pixels are not looked at, so that this works in browsers and on files that were cut.
import { inflate } from './inflate.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** Texts by keyword; of equal keywords the first counts, damaged ones are left out. */
export async function readPngTexts(bytes: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const { type, data } of chunksOf(bytes)) {
    const end = data.indexOf(0);
    if (end < 1) continue;
    const keyword = latin1(data.subarray(0, end));
    const text = texts.has(keyword) ? undefined : await decode(type, data.subarray(end + 1));
    if (text !== undefined) texts.set(keyword, text);
  }
  return texts;
}

const TEXT_CHUNKS: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt', 'comf']);

function* chunksOf(bytes: Uint8Array): Generator<{ readonly type: string; readonly data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = SIGNATURE.length;
  while (position + 8 <= bytes.length) {
    const length = view.getUint32(position);
    const type = latin1(bytes.subarray(position + 4, position + 8));
    if (TEXT_CHUNKS.has(type)) yield { type, data: bytes.subarray(position + 8, position + 8 + length) };
    if (type === 'IEND') return;
    position += length + 12;
  }
}

async function decode(type: string, data: Uint8Array): Promise<string | undefined> {
  if (type === 'tEXt') return latin1(data);
  if (type === 'comf') return utf8(data);
  if (type === 'zTXt') {
    const unpacked = await inflate(data.subarray(1));
    return unpacked && latin1(unpacked);
  }
  // iTXt: compression flag and method, language, translated keyword, text in UTF-8.
  const languageEnd = data.indexOf(0, 2);
  const keywordEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (keywordEnd < 0) return undefined;
  const rest = data.subarray(keywordEnd + 1);
  const text = data[0] === 1 ? await inflate(rest) : rest;
  return text && utf8(text);
}

/** `TextDecoder` means Windows-1252 when it says latin1, so the units are copied. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
