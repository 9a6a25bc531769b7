// Where an upload goes (spec http.md 6.1, steps 1 to 3): place, folder, and a name that overwrites nothing unless asked to.
// The same bytes under the same name are stored once.
import { posix } from 'node:path';
import { type FileReference, isFilePlace } from '@snug/protocol';
import type { BlobStore } from '@snug/store';
import { ServerError } from '../errors.ts';
import { pathInsidePlace, unusableNameReason } from '../http/place-path.ts';
import type { UploadForm } from './upload-form.ts';

export interface UploadRequest {
  readonly reference: FileReference;
  readonly bytes: Uint8Array;
  readonly isOverwriting: boolean;
  /** What the answer repeats: the folder exactly as sent, and folders that stood in front of the file name. */
  readonly subfolderAsSent: string;
  readonly namePrefix: string;
}

/** Reads the form of an upload; undefined where the answer is an empty 400. Throws `NAME_NOT_USABLE`. */
export function readUploadRequest({ fields, files }: UploadForm): UploadRequest | undefined {
  const file = files.get('image');
  const type = fields.get('type') ?? 'input';
  if (file === undefined || file.filename === '' || !isFilePlace(type)) return undefined;
  const subfolderAsSent = fields.get('subfolder') ?? '';
  const name = file.filename.replaceAll('\\', '/');
  const folder = pathInsidePlace(subfolderAsSent);
  // A name that ends in a folder (`a/`, `a/.`, `a/..`) names no file.
  if (folder === undefined || name.startsWith('/') || /(?:^|\/)\.{0,2}$/.test(name)) return undefined;
  const path = pathInsidePlace(`${folder}/${name}`.replace(/^\//, ''));
  if (path === undefined || path === '') return undefined;
  const reason = unusableNameReason(path);
  if (reason !== undefined) throw new ServerError('NAME_NOT_USABLE', { name: file.filename, reason });
  const { dir, base } = posix.parse(path);
  const overwrite = fields.get('overwrite');
  return {
    reference: { filename: base, subfolder: dir, type },
    bytes: file.bytes,
    isOverwriting: overwrite === 'true' || overwrite === '1',
    subfolderAsSent,
    namePrefix: name.slice(0, name.lastIndexOf('/') + 1),
  };
}

/** Free name for an upload, or the existing file with the same content. */
export async function resolveUploadName(
  blobs: BlobStore,
  { reference, bytes, isOverwriting }: Pick<UploadRequest, 'reference' | 'bytes' | 'isOverwriting'>,
): Promise<{ readonly reference: FileReference; readonly isDuplicate: boolean }> {
  if (isOverwriting) return { reference, isDuplicate: false };
  const { name: stem, ext } = posix.parse(reference.filename);
  for (let attempt = 0; ; attempt++) {
    const filename = attempt === 0 ? reference.filename : `${stem} (${attempt})${ext}`;
    const candidate = { ...reference, filename };
    const existing = await blobs.stat(candidate);
    if (existing === undefined) return { reference: candidate, isDuplicate: false };
    // Comparing the bytes themselves is exact and needs no hash; the size decides most cases without reading.
    if (existing.sizeBytes === bytes.length && Buffer.compare(await blobs.read(candidate), bytes) === 0) {
      return { reference: candidate, isDuplicate: true };
    }
  }
}
