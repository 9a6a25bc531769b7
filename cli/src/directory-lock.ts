// One server per user folder: the queue in its database has one owner. The lock is a file that names its owner, made
// with O_EXCL. It is stale when that process is gone: on this machine asked from the operating system (with the start
// time of the process where /proc tells it, since process ids return after a reboot), for owners on another machine or in
// another container by the time of the last sign of life.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CliError, reasonOf } from './errors.ts';

interface LockOwner {
  /** Differs between any two locks ever taken. */
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** Identifies the process beyond its id; empty where the platform does not tell. */
  readonly startedAt: string;
}

export interface DirectoryLock {
  readonly path: string;
  release(): Promise<void>;
}

const LOCK_FILE = 'snug.lock';
const SIGN_OF_LIFE_MS = 5_000;
/** Owners elsewhere count as gone after this silence; a suspended laptop is the risk, a lost container the reason. */
const SILENCE_LIMIT_MS = 30_000;
const MAX_TRIES = 5;

/**
 * Takes the lock of a folder.
 * @throws {CliError} `DIRECTORY_LOCKED` when a living server holds it; `FOLDER_UNUSABLE`.
 */
export async function lockDirectory(folder: string): Promise<DirectoryLock> {
  const path = join(folder, LOCK_FILE);
  const owner: LockOwner = { id: randomUUID(), pid: process.pid, host: hostname(), startedAt: startOf(process.pid) };
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (await tryCreate(path, owner)) {
      return holdLock(path, owner);
    }
    const holder = await readOwner(path);
    if (await isAlive(path, holder)) {
      const where = holder === undefined || holder.host === owner.host ? '' : ` on ${holder.host}`;
      throw new CliError('DIRECTORY_LOCKED', { path: folder, pid: holder?.pid ?? 'unknown', where });
    }
    await removeStale(path, holder);
  }
  throw new CliError('DIRECTORY_LOCKED', { path: folder, pid: 'unknown', where: '' });
}

async function tryCreate(path: string, owner: LockOwner): Promise<boolean> {
  try {
    await writeFile(path, `${JSON.stringify(owner)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw new CliError('FOLDER_UNUSABLE', { path, flag: '--user-directory', reason: reasonOf(error) }, error);
  }
}

function holdLock(path: string, owner: LockOwner): DirectoryLock {
  const timer = setInterval(() => {
    const now = new Date();
    // A failed touch harms nobody on this machine, and the file may have been removed on purpose.
    utimes(path, now, now).catch(() => undefined);
  }, SIGN_OF_LIFE_MS);
  timer.unref();
  return {
    path,
    async release() {
      clearInterval(timer);
      if ((await readOwner(path))?.id === owner.id) {
        await unlink(path).catch(() => undefined);
      }
    },
  };
}

/** Undefined when the file is gone, empty or garbage (a crash between creating and writing it). */
async function readOwner(path: string): Promise<LockOwner | undefined> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<LockOwner> | null;
    const isOwner = typeof value?.pid === 'number' && typeof value.host === 'string' && typeof value.id === 'string';
    return isOwner ? (value as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(path: string, holder: LockOwner | undefined): Promise<boolean> {
  if (holder === undefined || holder.host !== hostname()) {
    const modified = (await stat(path).catch(() => undefined))?.mtimeMs;
    return modified !== undefined && Date.now() - modified < SILENCE_LIMIT_MS;
  }
  if (!processExists(holder.pid)) {
    return false;
  }
  const startedAt = startOf(holder.pid);
  return startedAt === '' || !holder.startedAt || startedAt === holder.startedAt;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot id and start tick of a process from Linux' /proc; empty elsewhere. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Field 22; the command in field 2 may contain spaces and parentheses.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}:${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}

/**
 * Moves a dead owner's file out of the way. Two starters may both have found it dead: the second one would move the
 * first one's new lock, sees that by its content, and puts it back.
 */
async function removeStale(path: string, holder: LockOwner | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return; // Somebody else was faster; the next attempt sees what is there now.
  }
  const moved = await readOwner(aside);
  if (moved?.id !== holder?.id) {
    await rename(aside, path);
    return;
  }
  await unlink(aside);
}
