// A server with the testing nodes for each way of caching. The suite was written for a server that is told how to cache.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTestingPack } from '../../tools/conformance/testing-pack.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';

export interface CacheMode {
  readonly name: string;
  readonly flags: readonly string[];
  /** An unchanged prompt runs nothing the second time. */
  readonly keepsResults: boolean;
}

export const cacheModes: readonly CacheMode[] = [
  { name: 'by memory (the default)', flags: [], keepsResults: true },
  { name: '--cache-classic', flags: ['--cache-classic'], keepsResults: true },
  { name: '--cache-lru 100', flags: ['--cache-lru', '100'], keepsResults: true },
  { name: '--cache-none', flags: ['--cache-none'], keepsResults: false },
];

export async function startCatalogueServer(flags: readonly string[] = []): Promise<ServerProcess> {
  const base = await mkdtemp(join(tmpdir(), 'snug-catalogue-'));
  await installTestingPack(join(base, 'custom_nodes'));
  return startServerProcess({ base, flags });
}
