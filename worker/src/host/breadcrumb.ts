// A crash leaves no time to say which node was at work, and events wait for the end of a turn. So the child notes each node
// that it starts in a small file which it inherits as an open descriptor: one system call of a few microseconds, and the
// note survives any death of the child.
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes of a note: longer ids are cut. */
export const BREADCRUMB_BYTES = 512;

export interface Breadcrumb {
  /** Descriptor to be inherited by the child; undefined when no such file could be made. */
  readonly descriptor: number | undefined;
  /** What the child noted last: prompt and node; undefined when it noted nothing. */
  read(): { readonly promptId: string; readonly nodeId: string } | undefined;
  close(): void;
}

/**
 * Opens a nameless file (on Windows: one that is removed by `close`). Where that is impossible (no temporary folder, no space)
 * nothing is noted: a crash report then names the node that was announced last.
 */
export function createBreadcrumb(temporaryFolder: string = tmpdir()): Breadcrumb {
  let folder: string;
  let descriptor: number;
  try {
    folder = mkdtempSync(join(temporaryFolder, 'snug-worker-'));
    descriptor = openSync(join(folder, 'note'), 'w+');
  } catch {
    return { descriptor: undefined, read: () => undefined, close: () => {} };
  }
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (process.platform !== 'win32') removeFolder();
  return {
    descriptor,
    read() {
      const bytes = Buffer.alloc(BREADCRUMB_BYTES);
      const length = readSync(descriptor, bytes, 0, BREADCRUMB_BYTES, 0);
      const [promptId, nodeId] = bytes.toString('utf8', 0, length).split('\n');
      return promptId && nodeId ? { promptId, nodeId } : undefined;
    },
    close() {
      closeSync(descriptor);
      if (process.platform === 'win32') removeFolder();
    },
  };
}
