// How soon a server listens, and what it holds when nothing happens: the server process and its worker child.
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { startServerProcess } from '../e2e/server-process.ts';

export interface IdleFigures {
  /** From the start of the process to the line that says it listens; best of several starts. */
  readonly listenMs: number;
  readonly serverMiB: number;
  readonly workerMiB: number;
  /** Both together, pages that they share counted once. */
  readonly togetherMiB: number;
}

const STARTS = 5;

export async function measureIdle(): Promise<IdleFigures> {
  let listenMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < STARTS; i++) {
    const begin = performance.now();
    await using server = await startServerProcess();
    listenMs = Math.min(listenMs, Math.round(performance.now() - begin));
    if (i < STARTS - 1) continue;
    await fetch(`${server.url}/object_info`);
    await new Promise(resolve => setTimeout(resolve, 3000));
    const children = childrenOf(server.pid);
    return {
      listenMs,
      serverMiB: memoryMiB(server.pid, 'Rss'),
      workerMiB: children.reduce((sum, pid) => sum + memoryMiB(pid, 'Rss'), 0),
      togetherMiB: [server.pid, ...children].reduce((sum, pid) => sum + memoryMiB(pid, 'Pss'), 0),
    };
  }
  throw new Error('no start was measured');
}

export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(candidate => parentOf(candidate) === pid);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0; // It ended between the listing and the reading.
  }
}

/** Resident memory of a process, from Linux' /proc; `Pss` counts shared pages in parts. */
export function memoryMiB(pid: number, key: 'Rss' | 'Pss'): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Math.round(Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(rollup)?.[1]) / 1024);
}
