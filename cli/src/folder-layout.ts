// Which folders a server works in (spec files.md section 1): specific flags win over the base folder. Folders that the
// user named must exist where the reference demands it; the default ones are made.
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from './config.ts';
import { CliError, reasonOf } from './errors.ts';

/** Absolute paths. */
export interface FolderLayout {
  readonly base: string;
  readonly models: string;
  readonly input: string;
  readonly output: string;
  readonly temp: string;
  readonly user: string;
  readonly customNodes: string;
}

export type FolderConfig = Pick<
  Config,
  'baseDirectory' | 'modelsDirectory' | 'inputDirectory' | 'outputDirectory' | 'tempDirectory' | 'userDirectory'
>;

/** Where everything lies; relative paths count from `workingDirectory`. */
export function folderLayout(config: FolderConfig, workingDirectory: string = process.cwd()): FolderLayout {
  const absolute = (path: string) => resolve(workingDirectory, path);
  const base = absolute(config.baseDirectory ?? '.');
  const place = (given: string | undefined, name: string) => (given === undefined ? join(base, name) : absolute(given));
  return {
    base,
    models: place(config.modelsDirectory, 'models'),
    input: place(config.inputDirectory, 'input'),
    output: place(config.outputDirectory, 'output'),
    // The reference puts a folder "temp" *below* the named one, so that emptying it can hit nothing else.
    temp: config.tempDirectory === undefined ? join(base, 'temp') : join(absolute(config.tempDirectory), 'temp'),
    user: place(config.userDirectory, 'user'),
    customNodes: join(base, 'custom_nodes'),
  };
}

/**
 * Checks the folders that must exist and makes the others, the place for checkpoints included: a newcomer shall see where
 * files go.
 * @throws {CliError} `FOLDER_MISSING`, `FOLDER_UNUSABLE`.
 */
export async function prepareFolders(layout: FolderLayout, config: FolderConfig): Promise<void> {
  await Promise.all([
    demandFolder(config.modelsDirectory && layout.models, '--models-directory'),
    demandFolder(config.userDirectory && layout.user, '--user-directory'),
  ]);
  await Promise.all([
    makeFolder(join(layout.models, 'checkpoints'), '--models-directory'),
    makeFolder(layout.input, '--input-directory'),
    makeFolder(layout.output, '--output-directory'),
    makeFolder(layout.temp, '--temp-directory'),
    makeFolder(layout.user, '--user-directory'),
  ]);
}

/** Does nothing for a folder that nobody named. */
export async function demandFolder(path: string | undefined, flag: string): Promise<void> {
  if (path === undefined) {
    return;
  }
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new CliError('FOLDER_MISSING', { path, flag });
  }
}

async function makeFolder(path: string, flag: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new CliError('FOLDER_UNUSABLE', { path, flag, reason: reasonOf(error) }, error);
  }
}
