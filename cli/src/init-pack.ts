// Makes the folder of a new node pack: its files, and links to the node contract of this installation, so that its test and the
// types in an editor work without installing anything.
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, reasonOf } from './errors.ts';
import { type PackTemplate, packFiles } from './pack-template.ts';

export interface InitPackOptions {
  readonly name: string;
  /** Parent of the new folder; made when it is missing. */
  readonly directory: string;
  readonly language: PackTemplate['language'];
}

/** What a pack's types and tests import. */
const LINKED_PACKAGES = ['@snug/execution', '@snug/nodes'] as const;

/** Lower-case words joined by `-` or `_`: good as a folder, as a package and in an address. */
const NAME = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 64;

/**
 * Writes the pack and answers the path of its folder.
 *
 * @throws {CliError} `PACK_NAME_INVALID`; `PACK_EXISTS`, and nothing is touched then; `PACK_NOT_WRITTEN`.
 */
export async function initPack({ name, directory, language }: InitPackOptions): Promise<string> {
  if (!NAME.test(name) || name.length > MAX_NAME_LENGTH) {
    throw new CliError('PACK_NAME_INVALID', { name, limit: MAX_NAME_LENGTH });
  }
  const folder = resolve(directory, name);
  try {
    await mkdir(dirname(folder), { recursive: true });
    // Fails when anything of that name is there: a pack is never overwritten.
    await mkdir(folder);
    await writePack(await realpath(folder), { name, language });
  } catch (error) {
    if (isExisting(error, folder)) throw new CliError('PACK_EXISTS', { name, folder }, error);
    throw new CliError('PACK_NOT_WRITTEN', { folder, reason: reasonOf(error) }, error);
  }
  return folder;
}

async function writePack(folder: string, pack: Pick<PackTemplate, 'name' | 'language'>): Promise<void> {
  const targets = LINKED_PACKAGES.map(packageName => [packageName, packageFolder(packageName)] as const);
  const dependencies = Object.fromEntries(
    targets.map(([packageName, target]) => [packageName, `file:${relative(folder, target).split(sep).join('/')}`]),
  );
  for (const [path, text] of packFiles({ ...pack, dependencies })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  for (const [packageName, target] of targets) {
    const link = join(folder, 'node_modules', packageName);
    await mkdir(dirname(link), { recursive: true });
    // A junction needs no special right on Windows; elsewhere the kind has no meaning.
    await symlink(target, link, 'junction');
  }
}

/** Root of an installed package, whose entry lies one folder below it. */
function packageFolder(packageName: string): string {
  return dirname(dirname(fileURLToPath(import.meta.resolve(packageName))));
}

function isExisting(error: unknown, folder: string): boolean {
  const { code, path } = error as NodeJS.ErrnoException;
  return code === 'EEXIST' && path === folder;
}
