// What the file system says of a user's file or folder, in the words of the port.
import type { Stats } from 'node:fs';
import type { UserEntry } from '../ports/user-files.ts';

export function userEntryOf(path: string, found: Stats): UserEntry {
  const { size, mtimeMs, birthtimeMs } = found;
  return {
    path,
    kind: found.isDirectory() ? 'folder' : 'file',
    sizeBytes: size,
    modifiedMs: mtimeMs,
    createdMs: birthtimeMs > 0 ? birthtimeMs : mtimeMs, // some file systems know no time of birth
  };
}
