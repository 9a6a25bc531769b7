// File port in memory, for tests: no links, no folders to leave but by "..".
import type { FilePlace, FileReference } from '@snug/protocol';
import type { NodeFiles } from '../src/index.ts';

export interface MemoryFiles extends NodeFiles {
  /** Contents by `place/subfolder/filename`. */
  readonly contents: Map<string, Uint8Array>;
}

const keyOf = ({ type, subfolder, filename }: FileReference): string => [type, subfolder, filename].join('/');

export function createMemoryFiles(initial: Readonly<Record<string, Uint8Array>> = {}): MemoryFiles {
  const contents = new Map(Object.entries(initial));
  const counters = new Map<string, number>();
  return {
    contents,
    localPath: async reference => (contents.has(keyOf(reference)) ? `/memory/${keyOf(reference)}` : undefined),
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
