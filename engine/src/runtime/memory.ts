// How much memory there is and how much this process holds for itself. Mapped weights count in the resident size but cost
// nothing that the system could not take back, so decisions are made on private (anonymous) pages.
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Memory of the machine or of the container, whichever is less. */
export function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Private resident bytes; where the system does not tell (anything but Linux) the whole resident size. */
export function privateMemoryBytes(): number {
  if (process.platform === 'linux') {
    const match = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (match) return Number(match[1]) * 1024;
  }
  return process.memoryUsage().rss;
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** For messages: `3.4 GB` (powers of 1024). */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
