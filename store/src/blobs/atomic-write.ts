// Writes a file so that readers see the old content, the new one, or nothing, but never a part of it: the bytes go to a
// temporary name in the same folder, which then takes the final name in one step.
import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  const temporary = join(folder, `.snug-${randomBytes(8).toString('hex')}.tmp`);
  const target = join(folder, name);
  try {
    await writeFile(temporary, bytes, { flag: 'wx' });
    if (ifExists === 'replace') return await rename(temporary, target);
    await claimName(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {
      // The first error is the one to report; the leftover is hidden and harmless.
    });
    throw error;
  }
}

/** Moves the file to a name that must be free. */
async function claimName(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    // No hard links on this file system: an empty file takes the name first.
    await (await open(target, 'wx')).close();
    return await rename(temporary, target);
  }
  await unlink(temporary);
}

function isUnsupported(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'UNKNOWN'].includes(code);
}
