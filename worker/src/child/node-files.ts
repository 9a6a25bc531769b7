// The files of nodes on a blob store: names by its rules, bytes through it.
import type { NodeFiles } from '@snug/nodes';
import { type BlobStore, expandFilenameTokens, outputFilename } from '@snug/store';

export function createNodeFiles(blobs: BlobStore): NodeFiles {
  return {
    localPath: reference => blobs.localPath(reference),
    read: reference => blobs.read(reference),
    stat: reference => blobs.stat(reference),
    list: (place, subfolder) => blobs.list(place, subfolder),
    write: (reference, bytes) => blobs.write(reference, bytes),
    writeWith: (reference, produce) => blobs.writeWith(reference, produce),
    async newFiles(place, prefix, { count, extension, width, height }) {
      const expanded = expandFilenameTokens(prefix, { width, height, now: new Date() });
      const { subfolder, stem, counter } = await blobs.nextName(place, expanded, count);
      return Array.from({ length: count }, (_, batchIndex) => ({
        filename: outputFilename({ stem, counter: counter + batchIndex, extension, batchIndex }),
        subfolder,
        type: place,
      }));
    },
  };
}
