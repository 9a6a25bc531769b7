// A server with the testing nodes for each way of caching, started as an outside suite would start it. The suite was written for a
// server that is told how to cache.
import { join } from 'node:path';
import { repository, type ServerProcess, startServerProcess } from '../server-process.ts';

const extraPaths = join(repository, 'testkit', 'extra_model_paths.yaml');

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

export function startCatalogueServer(flags: readonly string[] = []): Promise<ServerProcess> {
  return startServerProcess({ flags: ['--extra-model-paths-config', extraPaths, ...flags] });
}
