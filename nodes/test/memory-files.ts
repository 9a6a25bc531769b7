// File port in memory, for tests: no links, no folders to leave but by "..".
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilePlace, FileReference } from '@snug/protocol';
import type { NodeFiles } from '../src/index.ts';

export interface MemoryFiles extends NodeFiles {
  /** Contents by `place/subfolder/filename`. */
  readonly contents: Map<string, Uint8Array>;
}

const keyOf = ({ type, subfolder, filename }: FileReference): string => [type, subfolder, filename].join('/');

/** @param folder Where local copies are made of files that somebody wants to open by path; without it they only have names. */
export function createMemoryFiles(initial: Readonly<Record<string, Uint8Array>> = {}, folder?: string): MemoryFiles {
  const contents = new Map(Object.entries(initial));
  const counters = new Map<string, number>();
  return {
    contents,
    async localPath(reference) {
      const bytes = contents.get(keyOf(reference));
      if (bytes === undefined) return undefined;
      if (folder === undefined) return `/memory/${keyOf(reference)}`;
      const path = join(folder, keyOf(reference).replaceAll('/', '_'));
      await writeFile(path, bytes);
      return path;
    },
    async read(reference) {
      const bytes = contents.get(keyOf(reference));
      if (bytes === undefined) throw new Error(`no file ${keyOf(reference)}`);
      return bytes;
    },
    async stat(reference) {
      const bytes = contents.get(keyOf(reference));
      return bytes && { sizeBytes: bytes.length, modifiedMs: 0 };
    },
    async list(place, subfolder = '') {
      const start = `${place}/${subfolder}/`;
      const names = [...contents.keys()].filter(key => key.startsWith(start)).map(key => key.slice(start.length));
      return names.sort().map(name => ({ name, isFolder: false }));
    },
    async writeWith(reference, produce) {
      const temporary = await mkdtemp(join(tmpdir(), 'snug-memory-files-'));
      try {
        await produce(join(temporary, 'file'));
        contents.set(keyOf(reference), await readFile(join(temporary, 'file')));
      } finally {
        await rm(temporary, { recursive: true });
      }
    },
    write: async (reference, bytes) => void contents.set(keyOf(reference), bytes),
    async newFiles(place: FilePlace, prefix, { count, extension, width, height }) {
      if (prefix.includes('..')) throw new Error('Saving image outside the output folder is not allowed');
      const stem = prefix.replaceAll('%width%', String(width)).replaceAll('%height%', String(height));
      const start = counters.get(`${place}/${stem}`) ?? 1;
      counters.set(`${place}/${stem}`, start + count);
      return Array.from({ length: count }, (_, index) => ({
        filename: `${stem}_${String(start + index).padStart(5, '0')}_.${extension}`,
        subfolder: '',
        type: place,
      }));
    },
  };
}
