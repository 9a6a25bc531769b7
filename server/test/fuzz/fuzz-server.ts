// What the fuzz tests share: a real server whose unexpected failures are collected, and the check that nothing was written
// outside of its folders.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { strayFilesIn } from '../../../testkit/src/hostile-input.ts';
import type { Answer, Sending } from '../http-client.ts';
import { startTestServer, type TestServer } from '../test-server.ts';

/** An answer that takes longer counts as a hang. */
const HANG_MS = 10_000;

export interface FuzzServer extends TestServer {
  /** Texts of failures that no code of ours decided on, since the last call: each is a bug. */
  takeFailures(): string[];
  /** Sends one request; rejects when nothing comes back. */
  ask(path: string, sending?: Sending): Promise<Answer>;
  /** Files and folders where none may be. */
  strayFiles(): string[];
}

export async function startFuzzServer(options: Parameters<typeof startTestServer>[0] = {}): Promise<FuzzServer> {
  const failures: string[] = [];
  const quiet = (): void => {};
  const error = (details: object, message: string): void => {
    const { method, url, err } = details as { method?: string; url?: string; err?: Error };
    failures.push(`${message}: ${method} ${url}: ${err?.stack ?? ''}`);
  };
  const server = await startTestServer({ ...options, logger: { debug: quiet, info: quiet, warn: quiet, error } });
  const known = new Set([
    ...readdirSync(server.folder),
    'input',
    'output',
    'temp',
    'user',
    'jobs.db-wal',
    'jobs.db-shm',
  ]);
  return {
    ...server,
    takeFailures: () => failures.splice(0),
    ask: async (path, sending) => {
      let timer: NodeJS.Timeout | undefined;
      const hang = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${sending?.method ?? 'GET'} ${path} is not answered`)), HANG_MS);
      });
      try {
        return await Promise.race([server.send(path, sending), hang]);
      } finally {
        clearTimeout(timer);
      }
    },
    strayFiles: () => [
      ...readdirSync(server.folder).filter(name => !known.has(name)),
      ...strayFilesIn([tmpdir(), dirname(tmpdir()), process.cwd(), '/etc', '/']),
    ],
  };
}
