// Puts the files of a finished run where the user wants them. Names come from a server, possibly somebody else's: they
// never leave the folder and never replace a file.
import { mkdir, open, readFile } from 'node:fs/promises';
import { join, parse, posix, relative, resolve, sep } from 'node:path';
import type { OutputFile, SnugClient } from '@snug/client';
import { CliError } from './errors.ts';

export interface WrittenFile {
  readonly path: string;
  readonly nodeId: string;
  readonly kind: string;
}

/** Path of a file that a server on this machine saved in its output folder. */
export function savedPath(file: OutputFile, outputFolder: string): string {
  return safePath(outputFolder, file);
}

/** Relative to the working folder where the file lies below it. */
export function shownPath(path: string, workingFolder: string = process.cwd()): string {
  const short = relative(workingFolder, path);
  return short === '' || short.startsWith('..') ? resolve(path) : short;
}

/** Fetches files and answers where they are now. An identical file that is already there is left as it is. */
export async function downloadFiles(
  client: Pick<SnugClient, 'download'>,
  files: readonly OutputFile[],
  folder: string,
  signal?: AbortSignal,
): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const file of files) {
    const target = safePath(folder, file);
    const bytes = await client.download(file, signal === undefined ? {} : { signal });
    written.push({ path: await writeNew(target, bytes), nodeId: file.nodeId, kind: file.kind });
  }
  return written;
}

/** @throws {CliError} `OUTPUT_NAME_UNSAFE`. */
function safePath(folder: string, { filename, subfolder }: OutputFile): string {
  const name = posix.join(subfolder.replaceAll('\\', '/'), filename.replaceAll('\\', '/'));
  const root = resolve(folder);
  const path = resolve(root, name);
  if (!path.startsWith(root + sep) || name.includes('\0')) {
    throw new CliError('OUTPUT_NAME_UNSAFE', { name });
  }
  return path;
}

/** Tries `name.png`, `name (1).png`, ... until one is free or holds the same bytes. */
async function writeNew(target: string, bytes: Uint8Array): Promise<string> {
  const { dir, name, ext } = parse(target);
  await mkdir(dir, { recursive: true });
  for (let copy = 0; ; copy++) {
    const path = copy === 0 ? target : join(dir, `${name} (${copy})${ext}`);
    if ((await createFile(path, bytes)) || Buffer.compare(await readFile(path), bytes) === 0) {
      return path;
    }
  }
}

/** False when the file exists. */
async function createFile(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await using file = await open(path, 'wx');
    await file.writeFile(bytes);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}
