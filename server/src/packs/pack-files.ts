// Files that a node pack brings for the web side. Links are followed as long as they stay below the folder they are found in: a
// pack may itself be a link to where somebody develops it, but nothing in it makes the rest of the disk readable.
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type JsonValue, parseLossless } from '@snug/protocol';
import { reasonOf } from '../errors.ts';
import { findFile } from '../http/file-response.ts';
import { resolveBelow } from '../http/front-end-path.ts';
import type { Logger } from '../logger.ts';

/** Errors that say "nothing there that could be read". */
const missingCodes: ReadonlySet<unknown> = new Set(['EACCES', 'EISDIR', 'ELOOP', 'ENOENT', 'ENOTDIR', 'EPERM']);

/** Regular files below `root` with an extension, relative with `/`, sorted. Nothing when there is no such folder. */
export async function filesBelow(
  root: string,
  { extension, isRecursive = false }: { readonly extension: string; readonly isRecursive?: boolean },
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await entriesOf(root, isRecursive)) {
    const name = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!name.endsWith(extension)) continue;
    const isFile = entry.isSymbolicLink() ? await isFileBelow(root, name) : entry.isFile();
    if (isFile) names.push(name);
  }
  return names.sort();
}

/** Names of the folders directly below `root`, sorted. */
export async function foldersBelow(root: string): Promise<readonly string[]> {
  const entries = await entriesOf(root, false);
  return entries
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function entriesOf(root: string, recursive: boolean): Promise<Dirent[]> {
  try {
    return await readdir(root, { withFileTypes: true, recursive });
  } catch (error) {
    if (missingCodes.has((error as NodeJS.ErrnoException).code)) return [];
    throw error;
  }
}

async function isFileBelow(root: string, name: string): Promise<boolean> {
  const path = await resolveBelow(root, name);
  return path !== undefined && typeof (await findFile(path)) !== 'string';
}

/** Text of a file below `root`; undefined when there is none that may be read. */
export async function readTextBelow(root: string, name: string): Promise<string | undefined> {
  const path = await resolveBelow(root, name);
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (missingCodes.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}

/** The document in a file below `root`; undefined when there is none. One that is no JSON is reported and left out. */
export async function readJsonBelow(root: string, name: string, logger: Logger): Promise<JsonValue | undefined> {
  const text = await readTextBelow(root, name);
  if (text === undefined) return undefined;
  try {
    return parseLossless(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    logger.warn(
      { path: join(root, name), reason: reasonOf(error) },
      `${name} of a node pack is no JSON; it is left out`,
    );
    return undefined;
  }
}
