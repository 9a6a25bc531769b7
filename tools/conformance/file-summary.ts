// Describes a binary body the way recordings do: picture format, size, mode, a digest of the decoded pixels, PNG chunks.
import { createHash } from 'node:crypto';
import { type JsonObject, type JsonValue, parseLossless } from '@snug/protocol';
import sharp, { type Sharp } from 'sharp';

const MODES = ['L', 'LA', 'RGB', 'RGBA'];
const PNG_SIGNATURE = '89504e470d0a1a0a';

export async function summarizeFile(bytes: Buffer): Promise<JsonObject> {
  const picture = await summarizePicture(bytes);
  return { binary: true, length: bytes.length, ...picture };
}

/** Format, size and colours; nothing for what is no picture. */
export async function summarizePicture(bytes: Buffer): Promise<JsonObject> {
  try {
    const image = sharp(bytes);
    const { format, width = 0, height = 0, channels } = await image.metadata();
    const summary = { format: String(format).toUpperCase(), width, height, mode: MODES[(channels ?? 3) - 1] ?? '' };
    return summary.format === 'PNG' ? { ...summary, ...(await summarizePng(image, bytes)) } : summary;
  } catch {
    return {}; // No picture that can be decoded.
  }
}

async function summarizePng(image: Sharp, bytes: Buffer): Promise<JsonObject> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const chunks = pngChunks(bytes);
  const texts = chunks.filter(({ type }) => type === 'tEXt').map(({ data: text }) => pngText(text));
  return {
    pixels_sha256: createHash('sha256').update(data).digest('hex'),
    pixel_0_0: [...data.subarray(0, info.channels)],
    // How the pixels are split over chunks is the encoder's choice.
    png_chunks: chunks.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]),
    png_text: Object.fromEntries(texts),
  };
}

function pngChunks(bytes: Buffer): { type: string; data: Buffer }[] {
  if (bytes.toString('hex', 0, 8) !== PNG_SIGNATURE) return [];
  const chunks: { type: string; data: Buffer }[] = [];
  for (let offset = 8; offset + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    chunks.push({ type, data: bytes.subarray(offset + 8, offset + 8 + length) });
    if (type === 'IEND') break;
    offset += 12 + length;
  }
  return chunks;
}

/** Keyword and value; documents are parsed, other texts stay texts. */
function pngText(data: Buffer): [string, JsonValue] {
  const end = data.indexOf(0);
  const text = data.toString('latin1', end + 1);
  try {
    return [data.toString('latin1', 0, end), parseLossless(text)];
  } catch {
    return [data.toString('latin1', 0, end), text];
  }
}
