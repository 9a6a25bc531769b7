// The child's end of the note that tells the host which node was at work when the child died (host/breadcrumb.ts).
import { writeSync } from 'node:fs';

/** Descriptor number under which the host passes the file. */
export const BREADCRUMB_DESCRIPTOR = 4;

const NOTE_BYTES = 512;

/** Answers a function that notes a node. Without the descriptor (a child started by hand) it does nothing. */
export function createBreadcrumbWriter(descriptor: number): (promptId: string, nodeId: string) => void {
  const note = Buffer.alloc(NOTE_BYTES);
  let isUsable = true;
  return (promptId, nodeId) => {
    if (!isUsable) return;
    note.fill(0);
    note.write(`${promptId}\n${nodeId}\n`, 'utf8');
    try {
      writeSync(descriptor, note, 0, NOTE_BYTES, 0);
    } catch {
      // Only the wording of a later crash report suffers; a full disk must not stop a run.
      isUsable = false;
    }
  };
}
