// Unpacks the archive of a front end. Every name is checked before anything is written: an archive must not be able to write
// outside its folder ("zip slip"), fill the disk, or leave half of itself behind.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

const MAX_FILES = 20_000;
const MAX_TOTAL_BYTES = 2 ** 30;

/** Unpacks into `folder`, which appears whole or not at all. @throws Error with a reason for people. */
export async function unpackFrontEnd(archive: Uint8Array, folder: string): Promise<void> {
  const files = readArchive(archive);
  const partial = `${folder}.partial-${randomUUID()}`;
  try {
    for (const [name, bytes] of files) {
      const path = join(partial, ...name.split('/'));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes, { flag: 'wx' });
    }
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Relative names with `/` to bytes; folders are left out. */
function readArchive(archive: Uint8Array): readonly (readonly [name: string, bytes: Uint8Array])[] {
  let count = 0;
  let totalBytes = 0;
  const entries = unzipSync(archive, {
    filter: ({ name, originalSize }) => {
      if (!isInnerName(name)) throw new Error(`the name "${name}" leads out of its folder`);
      count += 1;
      totalBytes += originalSize;
      if (count > MAX_FILES) throw new Error(`it has more than ${MAX_FILES} files`);
      if (totalBytes > MAX_TOTAL_BYTES) throw new Error(`its files are larger than ${MAX_TOTAL_BYTES} bytes`);
      return !name.endsWith('/');
    },
  });
  if (!Object.hasOwn(entries, 'index.html')) throw new Error('it has no index.html at its top');
  return Object.entries(entries);
}

/** Relative, of plain parts alone: what `..`, drives, backslashes and NUL could mean differs between systems, so none is allowed. */
function isInnerName(name: string): boolean {
  const parts = name.replace(/\/$/, '').split('/');
  return !/[\\:\0]/.test(name) && parts.every(part => part !== '' && part !== '.' && part !== '..');
}
