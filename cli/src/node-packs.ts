// Finds node packs in the folders that hold them (`custom_nodes` of the base folder and of files with extra paths; spec files.md
// section 9): ES modules (`name.mjs`, `name.js`) and folders with a package.json. Names ending in ".disabled" are skipped. Packs
// written in Python cannot run here and are named. A package says what it is in its manifest, because its code is known only to
// the worker process: `main` is its module (default index.js), `snug.webDirectory` the folder of its scripts for the front end.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NodePackFolder } from '@snug/server';
import { reasonOf } from './errors.ts';

/** A pack that can be loaded. */
export interface FoundPack extends NodePackFolder {
  /** `file:` address of its module. */
  readonly url: string;
}

/** An entry that is left out, and why, as the end of a sentence. */
export interface SkippedPack {
  readonly name: string;
  readonly path: string;
  readonly reason: string;
}

export interface FoundPacks {
  /** In the order in which they are loaded: folder by folder, sorted by name. */
  readonly packs: readonly FoundPack[];
  readonly skipped: readonly SkippedPack[];
}

/** The parts of a package.json that matter here. */
interface Manifest {
  readonly main?: unknown;
  readonly snug?: { readonly webDirectory?: unknown } | null;
}

/** Looks through folders in order. Folders that do not exist hold no packs; of two packs with one name the first counts. */
export async function findNodePacks(folders: readonly string[]): Promise<FoundPacks> {
  const packs = new Map<string, FoundPack>();
  const skipped: SkippedPack[] = [];
  for (const folder of new Set(folders.map(path => resolve(path)))) {
    const names = (await readdir(folder).catch(() => [])).filter(isCandidate).sort();
    for (const entry of await Promise.all(names.map(name => inspect(folder, name)))) {
      if (entry === undefined) continue;
      if ('reason' in entry) skipped.push(entry);
      else if (packs.has(entry.name)) skipped.push(shadowed(entry, folder, packs.get(entry.name)));
      else packs.set(entry.name, entry);
    }
  }
  return { packs: [...packs.values()], skipped };
}

function isCandidate(name: string): boolean {
  return !name.startsWith('.') && !name.startsWith('__') && !name.endsWith('.disabled');
}

/** What an entry of the folder is; undefined for what is no pack at all. */
async function inspect(parent: string, entry: string): Promise<FoundPack | SkippedPack | undefined> {
  const path = join(parent, entry);
  const { name, ext } = parse(entry);
  if (ext === '.js' || ext === '.mjs') return { name, folder: null, webDirectory: null, url: urlOf(path) };
  if (ext === '.py') return inPython(entry, path);
  if (await isFile(join(path, 'package.json'))) return inspectPackage(path, entry);
  return (await isFile(join(path, '__init__.py'))) ? inPython(entry, path) : undefined;
}

async function inspectPackage(path: string, name: string): Promise<FoundPack | SkippedPack> {
  const skip = (reason: string): SkippedPack => ({ name, path, reason });
  let manifest: Manifest | null;
  try {
    manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as Manifest | null;
  } catch (error) {
    return skip(`its package.json cannot be read (${reasonOf(error)})`);
  }
  const main = manifest?.main ?? 'index.js';
  if (typeof main !== 'string') return skip('"main" in its package.json is no text');
  if (!(await isFile(join(path, main)))) {
    // A front-end project inside a Python pack has a manifest, too.
    if (await isFile(join(path, '__init__.py'))) return inPython(name, path);
    return skip(`its module ${main} does not exist; is it built?`);
  }
  const webDirectory = manifest?.snug?.webDirectory ?? null;
  if (webDirectory === null) return { name, folder: path, webDirectory: null, url: urlOf(join(path, main)) };
  const web = typeof webDirectory === 'string' ? resolve(path, webDirectory) : '';
  // Everything in it is served: it must lie inside the pack, and not be all of it.
  if (!web.startsWith(path + sep)) return skip('"snug.webDirectory" in its package.json is no folder below it');
  return { name, folder: path, webDirectory: web, url: urlOf(join(path, main)) };
}

function inPython(name: string, path: string): SkippedPack {
  return { name, path, reason: 'it is written in Python, which this server does not run' };
}

function shadowed({ name, url, folder }: FoundPack, parent: string, winner: FoundPack | undefined): SkippedPack {
  const path = folder ?? join(parent, name);
  return { name, path, reason: `another pack has the same name (${winner?.url ?? url})` };
}

function urlOf(path: string): string {
  return pathToFileURL(path).href;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  );
}
