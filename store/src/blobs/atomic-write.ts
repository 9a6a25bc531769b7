// Writes a file so that readers see the old content, the new one, or nothing, but never a part of it: the bytes go to a
// temporary name in the same folder, which then takes the final name in one step. Only the bytes may take long: where there are
// many they are written in the background. Each trip to a background thread costs more than a small system call, so everything
// else is done on the spot.
import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Up to here, writing takes less than the way to a background thread and back. */
const SMALL_BYTES = 65_536;

const TEMPORARY_NAME = /^\.snug-[0-9a-f]{16}\.tmp$/;

/** Whether a name is one of a write under way (or of one that a crash cut short). */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

/** With `ifExists: 'fail'` rejects with EEXIST when the name is taken, also when two writers race for it. */
export async function writeAtomically(
  folder: string,
  name: string,
  bytes: Uint8Array,
  ifExists: 'replace' | 'fail',
): Promise<void> {
  const temporary = temporaryPath(folder);
  try {
    if (bytes.length <= SMALL_BYTES) writeFileSync(temporary, bytes, { flag: 'wx' });
    else await writeFile(temporary, bytes, { flag: 'wx' });
    takeName(temporary, join(folder, name), ifExists);
  } catch (error) {
    removeLeftover(temporary);
    throw error;
  }
}

/** A path in the folder that nobody else uses and no listing shows. */
export function temporaryPath(folder: string): string {
  return join(folder, `.snug-${randomBytes(8).toString('hex')}.tmp`);
}

/** Gives a complete file its final name; removes it and throws when that fails. */
export function finishAtomically(temporary: string, target: string, ifExists: 'replace' | 'fail'): void {
  try {
    takeName(temporary, target, ifExists);
  } catch (error) {
    removeLeftover(temporary);
    throw error;
  }
}

function takeName(temporary: string, target: string, ifExists: 'replace' | 'fail'): void {
  if (ifExists === 'replace') renameSync(temporary, target);
  else claimName(temporary, target);
}

/** Moves a file to a name on the same file system that must be free; throws EEXIST when it is not. */
export function claimName(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    // No hard links on this file system: an empty file takes the name first.
    closeSync(openSync(target, 'wx'));
    renameSync(temporary, target);
    return;
  }
  unlinkSync(temporary);
}

/** Removes what a failed write left behind; there may be nothing. */
export function removeLeftover(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {
    // The error of the write is the one to report; the leftover is hidden and harmless.
  }
}

function isUnsupported(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'UNKNOWN'].includes(code);
}
