// The entries of a zip archive, as far as torch.save uses the format: stored, not compressed, so that every entry is a plain range
// of the file. Format: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 to 4.3.16 (central directory, zip64).
import type { ReadBytes } from '../byte-file.ts';
import { torchDamaged } from './pickle-values.ts';

export interface ZipEntry {
  readonly name: string;
  /** 0 = stored. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly sizeBytes: number;
  readonly localHeader: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const LOCATOR64_SIGNATURE = 0x07064b50;
const LOCATOR64_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const ZIP64_EXTRA = 1;
/** Stands where the true value is in the zip64 fields. */
const IN_ZIP64 = 0xffffffff;
/** Room for a million entries with short names. */
const MAX_DIRECTORY_BYTES = 2 ** 26;

export interface ZipPlace {
  /** For messages. */
  readonly path: string;
  readonly read: ReadBytes;
  readonly sizeBytes: number;
}

interface Directory {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** @throws EngineError TORCH_FILE_DAMAGED */
export async function readZipEntries(place: ZipPlace): Promise<ZipEntry[]> {
  const { offset, sizeBytes } = await findDirectory(place);
  if (sizeBytes > MAX_DIRECTORY_BYTES || offset + sizeBytes > place.sizeBytes) {
    throw torchDamaged(place.path, `its archive says that its directory is ${sizeBytes} bytes at ${offset}`);
  }
  const bytes = await place.read(offset, sizeBytes);
  const entries: ZipEntry[] = [];
  for (let position = 0; position < bytes.length; ) {
    const entry = readEntry(place.path, bytes, position);
    entries.push(entry.value);
    position = entry.end;
  }
  return entries;
}

/** Position of the first byte of an entry. @throws EngineError TORCH_FILE_DAMAGED */
export async function entryOffset(place: ZipPlace, { name, localHeader, sizeBytes }: ZipEntry): Promise<number> {
  if (localHeader + LOCAL_BYTES > place.sizeBytes) throw outside(place.path, name);
  const view = viewOf(await place.read(localHeader, LOCAL_BYTES));
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw torchDamaged(place.path, `its archive has no entry "${name}" where it should be`);
  }
  // Writers pad the extra field of this header, not that of the directory, to align the data.
  const offset = localHeader + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (offset + sizeBytes > place.sizeBytes) throw outside(place.path, name);
  return offset;
}

async function findDirectory(place: ZipPlace): Promise<Directory> {
  const tailBytes = Math.min(place.sizeBytes, END_BYTES + MAX_COMMENT_BYTES);
  const tailStart = place.sizeBytes - tailBytes;
  const tail = viewOf(await place.read(tailStart, tailBytes));
  for (let position = tailBytes - END_BYTES; position >= 0; position--) {
    if (tail.getUint32(position, true) !== END_SIGNATURE) continue;
    const directory = { sizeBytes: tail.getUint32(position + 12, true), offset: tail.getUint32(position + 16, true) };
    const isIn64 = directory.offset === IN_ZIP64 || directory.sizeBytes === IN_ZIP64;
    return isIn64 ? findDirectory64(place, tailStart + position) : directory;
  }
  throw torchDamaged(place.path, 'its archive has no end; it is probably cut off');
}

async function findDirectory64(place: ZipPlace, end: number): Promise<Directory> {
  const noDirectory = (): never => {
    throw torchDamaged(place.path, 'its archive is large but has no directory for large archives');
  };
  if (end < LOCATOR64_BYTES) noDirectory();
  const locator = viewOf(await place.read(end - LOCATOR64_BYTES, LOCATOR64_BYTES));
  const record = Number(locator.getBigUint64(8, true));
  if (locator.getUint32(0, true) !== LOCATOR64_SIGNATURE || record + END64_BYTES > place.sizeBytes) noDirectory();
  const view = viewOf(await place.read(record, END64_BYTES));
  if (view.getUint32(0, true) !== END64_SIGNATURE) noDirectory();
  return { sizeBytes: Number(view.getBigUint64(40, true)), offset: Number(view.getBigUint64(48, true)) };
}

function readEntry(path: string, bytes: Uint8Array, position: number): { value: ZipEntry; end: number } {
  const view = viewOf(bytes);
  const fits = position + ENTRY_BYTES <= bytes.length && view.getUint32(position, true) === ENTRY_SIGNATURE;
  const [nameBytes, extraBytes, commentBytes] = fits
    ? [28, 30, 32].map(field => view.getUint16(position + field, true))
    : [];
  const nameStart = position + ENTRY_BYTES;
  const extraStart = nameStart + (nameBytes ?? 0);
  const end = extraStart + (extraBytes ?? 0) + (commentBytes ?? 0);
  if (!fits || end > bytes.length) throw torchDamaged(path, 'the directory of its archive is malformed');
  const extra = bytes.subarray(extraStart, extraStart + (extraBytes ?? 0));
  const sizes = { uncompressed: view.getUint32(position + 24, true), compressed: view.getUint32(position + 20, true) };
  // The zip64 field has only those values that did not fit, in this order.
  const large = largeValues(extra);
  const take = (value: number): number => (value === IN_ZIP64 ? (large.shift() ?? Number.POSITIVE_INFINITY) : value);
  const sizeBytes = take(sizes.uncompressed);
  take(sizes.compressed);
  return {
    end,
    value: {
      name: Buffer.from(bytes.subarray(nameStart, extraStart)).toString('utf8'),
      method: view.getUint16(position + 10, true),
      isEncrypted: (view.getUint16(position + 8, true) & 1) !== 0,
      sizeBytes,
      localHeader: take(view.getUint32(position + 42, true)),
    },
  };
}

function largeValues(extra: Uint8Array): number[] {
  const view = viewOf(extra);
  for (let position = 0; position + 4 <= extra.length; ) {
    const length = view.getUint16(position + 2, true);
    const start = position + 4;
    position = start + length;
    if (view.getUint16(start - 4, true) !== ZIP64_EXTRA || position > extra.length) continue;
    const count = Math.floor(length / 8);
    return Array.from({ length: count }, (_, index) => Number(view.getBigUint64(start + 8 * index, true)));
  }
  return [];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function outside(path: string, name: string) {
  return torchDamaged(path, `entry "${name}" of its archive reaches beyond the end; the file is probably cut off`);
}
