// Long reads in steps: which rows, at once; their content, some at a time, with the event loop free in between. The binding is
// synchronous, so without the pauses ten thousand documents would hold up every other client.
import { setImmediate } from 'node:timers/promises';

/** Rows of one step: their documents may be large. */
const BATCH = 64;

/** @param seqs rows in order, decided by now; `read` answers those that still exist. */
export async function* inBatches<Item>(
  seqs: readonly number[],
  read: (seqs: readonly number[]) => readonly Item[],
): AsyncGenerator<readonly Item[], void, undefined> {
  for (let start = 0; start < seqs.length; start += BATCH) {
    if (start > 0) await setImmediate();
    const items = read(seqs.slice(start, start + BATCH));
    if (items.length > 0) yield items;
  }
}
