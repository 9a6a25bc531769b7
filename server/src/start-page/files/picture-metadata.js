// Reads the texts that were saved inside a picture: text chunks of PNG, EXIF strings of WebP ("prompt:{…}").

const LATIN1 = new TextDecoder('latin1');
const UTF8 = new TextDecoder();

/**
 * Texts by keyword; empty when the file is no PNG or WebP or holds none.
 * @param {ArrayBuffer} buffer
 * @returns {Map<string, string>}
 */
export function textsInPicture(buffer) {
  const view = new DataView(buffer);
  try {
    if (view.byteLength > 8 && view.getUint32(0) === 0x89504e47) return pngTexts(view);
    if (view.byteLength > 16 && nameAt(view, 0) === 'RIFF' && nameAt(view, 8) === 'WEBP') return webpTexts(view);
  } catch (error) {
    // A file that ends early: whatever it said before is lost with it.
    if (!(error instanceof RangeError)) throw error;
  }
  return new Map();
}

/**
 * @param {DataView} view
 * @param {number} offset
 */
function nameAt(view, offset) {
  return LATIN1.decode(bytesAt(view, offset, 4));
}

/**
 * @param {DataView} view
 * @param {number} offset
 * @param {number} length
 */
function bytesAt(view, offset, length) {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

/** @param {DataView} view */
function pngTexts(view) {
  const texts = new Map();
  for (let offset = 8; offset + 8 <= view.byteLength; ) {
    const length = view.getUint32(offset);
    const name = nameAt(view, offset + 4);
    if (name === 'tEXt' || name === 'iTXt') {
      const data = bytesAt(view, offset + 8, length);
      const keyEnd = data.indexOf(0);
      const key = LATIN1.decode(data.subarray(0, keyEnd));
      if (name === 'tEXt') texts.set(key, UTF8.decode(data.subarray(keyEnd + 1)));
      else if (data[keyEnd + 1] === 0) {
        // Language and translated keyword come before an uncompressed text.
        const languageEnd = data.indexOf(0, keyEnd + 3);
        texts.set(key, UTF8.decode(data.subarray(data.indexOf(0, languageEnd + 1) + 1)));
      }
    }
    offset += 12 + length;
  }
  return texts;
}

/** @param {DataView} view */
function webpTexts(view) {
  const texts = new Map();
  for (let offset = 12; offset + 8 <= view.byteLength; ) {
    const length = view.getUint32(offset + 4, true);
    if (nameAt(view, offset) === 'EXIF')
      readTiff(new DataView(view.buffer, view.byteOffset + offset + 8, length), texts);
    offset += 8 + length + (length % 2);
  }
  return texts;
}

/**
 * The strings of the first directory of a TIFF header, each "key:text".
 * @param {DataView} view
 * @param {Map<string, string>} texts
 */
function readTiff(view, texts) {
  const start = nameAt(view, 0) === 'Exif' ? 6 : 0;
  const isLittle = view.getUint16(start) === 0x4949;
  const directory = start + view.getUint32(start + 4, isLittle);
  const count = view.getUint16(directory, isLittle);
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + 12 * index;
    const length = view.getUint32(entry + 4, isLittle);
    if (view.getUint16(entry + 2, isLittle) !== 2 || length <= 4) continue;
    const text = UTF8.decode(bytesAt(view, start + view.getUint32(entry + 8, isLittle), length)).replace(/\0+$/, '');
    const colon = text.indexOf(':');
    if (colon > 0) texts.set(text.slice(0, colon), text.slice(colon + 1));
  }
}
