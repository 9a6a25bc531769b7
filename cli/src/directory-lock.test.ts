import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-lock-'));
});

async function writeLock(owner: object): Promise<void> {
  await writeFile(join(folder, 'snug.lock'), JSON.stringify(owner));
}

/** Id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('lockDirectory', () => {
  it('refuses a folder that a living server holds, and names it', async () => {
    await using _ = await held(folder);
    await expect(lockDirectory(folder)).rejects.toThrow(`process ${process.pid}) uses the folder ${folder}`);
  });

  it('leaves nothing behind', async () => {
    const lock = await lockDirectory(folder);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockDirectory(folder)).release();
  });

  it('takes over from a process that is gone', async () => {
    await writeLock({ id: 'old', pid: await deadPid(), host: hostname(), startedAt: '' });
    await using lock = await held(folder);
    expect(JSON.parse(await readFile(lock.path, 'utf8'))).toMatchObject({ pid: process.pid });
    expect(await readdir(folder)).toEqual(['snug.lock']);
  });

  it.runIf(process.platform === 'linux')('takes over when the process id belongs to another process now', async () => {
    await writeLock({ id: 'old', pid: process.pid, host: hostname(), startedAt: 'last boot:1' });
    await using _ = await held(folder);
  });

  it('believes an owner on another machine as long as it gives signs of life', async () => {
    await writeLock({ id: 'old', pid: 1, host: 'elsewhere', startedAt: '' });
    await expect(lockDirectory(folder)).rejects.toThrow('process 1 on elsewhere');
    await utimes(join(folder, 'snug.lock'), 0, 0);
    await using _ = await held(folder);
  });

  it('takes over a lock file without an owner once it is old', async () => {
    await writeFile(join(folder, 'snug.lock'), '');
    await expect(lockDirectory(folder)).rejects.toThrow('process unknown');
    await utimes(join(folder, 'snug.lock'), 0, 0);
    await using _ = await held(folder);
  });

  it('lets one of many starters take over a dead lock', async () => {
    await writeLock({ id: 'old', pid: await deadPid(), host: hostname(), startedAt: '' });
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(folder)));
    const won = tries.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(won).toHaveLength(1);
    await won[0]?.release();
  });

  it('does not remove the lock of a successor', async () => {
    const lock = await lockDirectory(folder);
    await writeLock({ id: 'successor', pid: process.pid, host: hostname(), startedAt: '' });
    await lock.release();
    expect(await readdir(folder)).toEqual(['snug.lock']);
  });
});

async function held(path: string) {
  const lock = await lockDirectory(path);
  return { path: lock.path, [Symbol.asyncDispose]: () => lock.release() };
}
