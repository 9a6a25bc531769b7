// How many threads are worth starting for arithmetic: two threads of one core share its arithmetic units.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Cores of this machine that this process may use; where the system does not tell cores from their threads, all of them count. */
export function physicalCores(): number {
  const allowed = availableParallelism();
  if (process.platform !== 'linux') return allowed;
  try {
    return Math.min(allowed, coresListed(readFileSync('/proc/cpuinfo', 'utf8')) ?? allowed);
  } catch {
    return allowed; // some containers hide the list
  }
}

/** Distinct cores in the text of /proc/cpuinfo; undefined when it does not name them, as on ARM. */
export function coresListed(cpuInfo: string): number | undefined {
  const cores = new Set<string>();
  for (const processor of cpuInfo.split(/\n\n+/)) {
    const [, socket] = /^physical id\s*:\s*(\d+)/m.exec(processor) ?? [];
    const [, core] = /^core id\s*:\s*(\d+)/m.exec(processor) ?? [];
    if (core !== undefined) cores.add(`${socket}:${core}`);
  }
  return cores.size > 0 ? cores.size : undefined;
}
