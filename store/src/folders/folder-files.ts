// All files below a folder, kept as long as no folder in it changed (spec files.md section 3). Links are followed, but not
// back into a folder that is being walked. Whether a folder changed is asked of the file system with every question, one call per
// folder: watchers (node:fs `watch`) stay silent on network drives and in containers, and could only save those few calls.
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Walk {
  /** Relative names with `/`. */
  readonly files: readonly string[];
  /** Every folder that was read, with its state then. */
  readonly folders: readonly (readonly [path: string, state: FolderState])[];
  readonly startedMs: number;
}

/** Changes with the entries of a folder, or with the folder itself. */
interface FolderState {
  /** Negative when there is no such folder. */
  readonly modifiedMs: number;
  /** Unlike the modification time, copying programs cannot set these back; another folder under the same name has others. */
  readonly identity: string;
}

/** A folder on the way down, by its path without links. */
interface Ancestor {
  readonly realPath: string;
  readonly parent: Ancestor | undefined;
}

/** File systems count time in steps of up to two seconds: a folder that changed just before it was read may change again unnoticed. */
const CLOCK_STEP_MS = 2000;

export class FolderFiles {
  readonly #known = new Map<string, Walk>();
  readonly #walking = new Map<string, Promise<Walk>>();

  /** Files below `root`; nothing when it is missing. Answers the same array as long as nothing changed. */
  async list(root: string): Promise<readonly string[]> {
    const known = this.#known.get(root);
    if (known !== undefined && (await isCurrent(known))) return known.files;
    return (await this.#walk(root)).files;
  }

  /** Callers that come at the same time share one walk. */
  #walk(root: string): Promise<Walk> {
    const underWay = this.#walking.get(root);
    if (underWay !== undefined) return underWay;
    const walking = this.#walkAndKeep(root).finally(() => this.#walking.delete(root));
    this.#walking.set(root, walking);
    return walking;
  }

  async #walkAndKeep(root: string): Promise<Walk> {
    const fresh = await walkFolder(root);
    const known = this.#known.get(root);
    const isSame =
      known?.files.length === fresh.files.length && known.files.every((name, i) => name === fresh.files[i]);
    const walk = isSame && known !== undefined ? { ...fresh, files: known.files } : fresh;
    this.#known.set(root, walk);
    return walk;
  }
}

async function isCurrent(walk: Walk): Promise<boolean> {
  const states = await Promise.all(walk.folders.map(([path]) => stateOf(path)));
  return walk.folders.every(([, { modifiedMs, identity }], i) => {
    const isSame = states[i]?.modifiedMs === modifiedMs && states[i].identity === identity;
    return isSame && modifiedMs < walk.startedMs - CLOCK_STEP_MS;
  });
}

async function stateOf(path: string): Promise<FolderState> {
  try {
    const { mtimeMs, ctimeMs, dev, ino } = await stat(path);
    return { modifiedMs: mtimeMs, identity: `${ctimeMs} ${dev} ${ino}` };
  } catch {
    return { modifiedMs: -1, identity: '' }; // gone or not to be entered: what matters is whether that changes
  }
}

async function walkFolder(root: string): Promise<Walk> {
  const walk = { files: [] as string[], folders: [] as [string, FolderState][], startedMs: Date.now() };
  // The time is taken before the names: a change in between is then seen the next time.
  await visit(root, '', undefined, walk);
  walk.files.sort();
  return walk;
}

async function visit(
  path: string,
  prefix: string,
  parent: Ancestor | undefined,
  walk: { readonly files: string[]; readonly folders: [string, FolderState][] },
): Promise<void> {
  walk.folders.push([path, await stateOf(path)]);
  const realPath = await realpath(path).catch(() => undefined); // missing folders are allowed and empty
  if (realPath === undefined || isAncestor(parent, realPath)) return;
  for (const entry of await entriesOf(path)) {
    const name = prefix + entry.name;
    const kind = entry.isSymbolicLink() ? await kindOfTarget(join(path, entry.name)) : kindOf(entry);
    if (kind === 'file') walk.files.push(name);
    else if (kind === 'folder' && entry.name !== '.git') {
      await visit(join(path, entry.name), `${name}/`, { realPath, parent }, walk);
    }
  }
}

function isAncestor(ancestor: Ancestor | undefined, realPath: string): boolean {
  for (let current = ancestor; current !== undefined; current = current.parent) {
    if (current.realPath === realPath) return true;
  }
  return false;
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch {
    return []; // one unreadable folder must not hide the models of all others
  }
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): 'file' | 'folder' | undefined {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : undefined;
}

async function kindOfTarget(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return kindOf(await stat(path));
  } catch {
    return undefined; // a link that leads nowhere
  }
}
