// Texts in the EXIF chunk of WebP files (RIFF container; TIFF 6.0 section 2): the reference's writers put `prompt:{…}` and
// `workflow:{…}` into ASCII tags of the first directory (spec files.md section 6). Other tags are left alone.

const ASCII = 2;

export function isWebp(bytes: Uint8Array): boolean {
  return fourCharacters(bytes, 0) === 'RIFF' && fourCharacters(bytes, 8) === 'WEBP';
}

/** Texts of the form `key:value` by key; of equal keys the first counts. */
export function readWebpTexts(bytes: Uint8Array): ReadonlyMap<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let position = 12; position + 8 <= bytes.length; ) {
    const length = view.getUint32(position + 4, true);
    if (fourCharacters(bytes, position) === 'EXIF') {
      return readExifTexts(bytes.subarray(position + 8, position + 8 + length));
    }
    position += 8 + length + (length % 2); // Chunks are padded to even lengths.
  }
  return new Map();
}

function readExifTexts(chunk: Uint8Array): ReadonlyMap<string, string> {
  // Some writers keep the prefix that EXIF has in JPEG files.
  const tiff = fourCharacters(chunk, 0) === 'Exif' ? chunk.subarray(6) : chunk;
  const texts = new Map<string, string>();
  const order = String.fromCharCode(tiff[0] ?? 0, tiff[1] ?? 0);
  if ((order !== 'MM' && order !== 'II') || tiff.length < 8) return texts;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittleEndian = order === 'II';
  const start = view.getUint32(4, isLittleEndian);
  const count = start + 2 <= tiff.length ? view.getUint16(start, isLittleEndian) : 0;
  for (let index = 0; index < count; index++) {
    const entry = start + 2 + index * 12;
    if (entry + 12 > tiff.length) break;
    if (view.getUint16(entry + 2, isLittleEndian) !== ASCII) continue;
    const length = view.getUint32(entry + 4, isLittleEndian);
    // Up to four bytes stand in the entry itself, longer texts where it points to.
    const at = length <= 4 ? entry + 8 : view.getUint32(entry + 8, isLittleEndian);
    const text = new TextDecoder().decode(tiff.subarray(at, at + length)).replace(/\0.*$/s, '');
    const colon = text.indexOf(':');
    const key = text.slice(0, colon);
    if (colon > 0 && !texts.has(key)) texts.set(key, text.slice(colon + 1));
  }
  return texts;
}

function fourCharacters(bytes: Uint8Array, position: number): string {
  return String.fromCharCode(...bytes.subarray(position, position + 4));
}
