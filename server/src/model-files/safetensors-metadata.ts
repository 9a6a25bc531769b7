// The `__metadata__` block of a safetensors file (github.com/huggingface/safetensors, "Format": 8 bytes little-endian length, then
// that many bytes of JSON). Only the header is read, never the tensors, and nothing of it is trusted: whatever is no such
// file has no metadata.
import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';

/** Free-form; by the format all values are strings, but files exist that break this. */
export type SafetensorsMetadata = Readonly<Record<string, unknown>>;

const LENGTH_BYTES = 8;

/** Undefined when the file is missing, damaged, has no metadata or a header longer than `maxHeaderBytes`. */
export async function readSafetensorsMetadata(
  path: string,
  maxHeaderBytes: number,
): Promise<SafetensorsMetadata | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const prefix = await readExactly(file, 0, LENGTH_BYTES);
    const length = prefix?.readBigUInt64LE(0);
    if (length === undefined || length > BigInt(maxHeaderBytes)) return undefined;
    const header = await readExactly(file, LENGTH_BYTES, Number(length));
    return header === undefined ? undefined : metadataOf(header);
  } catch {
    return undefined; // gone, a folder, not readable: there is nothing to show of it
  } finally {
    await file?.close();
  }
}

/** Undefined when the file ends before. */
async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const { size } = await file.stat();
  if (size < position + length) return undefined; // before a buffer is made for a length that somebody invented
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return bytes;
}

function metadataOf(header: Buffer): SafetensorsMetadata | undefined {
  if (!isUtf8(header)) return undefined;
  const root: unknown = JSON.parse(header.toString('utf8'));
  const metadata = isRecord(root) && Object.hasOwn(root, '__metadata__') ? root['__metadata__'] : undefined;
  return isRecord(metadata) ? metadata : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
