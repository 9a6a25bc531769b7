// Where everything lies (spec files.md sections 1 to 3): the folders of an installation and the search paths of models.
import { statSync } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { compareCodePoints } from '@snug/protocol';
import { isMissing, rootedParts } from '../contained-path.ts';
import { reasonOf, StoreError } from '../errors.ts';
import type { ModelFolders } from '../ports/model-folders.ts';
import { readExtraModelPaths } from './extra-model-paths.ts';
import { FolderFiles } from './folder-files.ts';
import { describeFiles, isVisibleWeightFile, type ListedFile, type ModelFilePage } from './model-files.ts';
import { canonicalFolderKey, MODEL_FOLDERS, OUTPUT_MODEL_FOLDERS } from './model-folder-table.ts';

export interface FolderPathsOptions {
  /** Parent of every folder that is not given. Created when missing. */
  readonly base: string;
  /** Must exist when given; default `<base>/models`, created with a folder for each kind of model. */
  readonly models?: string;
  readonly input?: string;
  readonly output?: string;
  /** The files go to `temp` inside of it. Default `base`. */
  readonly temp?: string;
  /** Must exist when given; default `<base>/user`. */
  readonly user?: string;
  /** Read after `<base>/extra_model_paths.yaml`, in order; each must exist. */
  readonly extraModelPathFiles?: readonly string[];
  /** Variables for `$VAR` in extra path files. Default none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What `~` stands for in extra path files. Default: the home folder of the user. */
  readonly homeFolder?: string;
}

export interface FolderPaths extends ModelFolders {
  readonly base: string;
  readonly models: string;
  readonly input: string;
  readonly output: string;
  readonly temp: string;
  readonly user: string;
  /** Keys without aliases, in the order of registration. */
  folderKeys(): readonly string[];
  /** Folders of a key in search order; undefined for an unknown key. The first is where downloads go. */
  foldersOf(key: string): readonly string[] | undefined;
  /** Lower case with the point; empty accepts every file. Undefined for an unknown key. */
  extensionsOf(key: string): readonly string[] | undefined;
  /**
   * Weight files below the folders of a key, folder by folder, without dot files, whatever kinds of file the key itself lists.
   * `offset` and `limit` cut out a page: only its files are asked for size and times. Rejects with UNKNOWN_MODEL_FOLDER.
   */
  weightFiles(key: string, page?: { readonly offset: number; readonly limit: number }): Promise<ModelFilePage>;
}

interface SearchPath {
  readonly folders: string[];
  readonly extensions: readonly string[];
}

/** What was answered for a key, and from which lists of its folders. */
interface KnownList<Item> {
  readonly sources: readonly (readonly string[])[];
  readonly items: readonly Item[];
}

class SearchPaths {
  readonly #paths = new Map<string, SearchPath>();
  readonly #files = new FolderFiles();
  readonly #names = new Map<string, KnownList<string>>();
  readonly #weightFiles = new Map<string, KnownList<ListedFile>>();

  register(key: string, folders: readonly string[], extensions: readonly string[]): void {
    this.#paths.set(key, { folders: [...folders], extensions });
  }

  /** A folder that is there already moves to the front if it is the default, and else stays. Unknown keys take all files. */
  add(key: string, folder: string, isDefault: boolean): void {
    const canonical = canonicalFolderKey(key);
    if (!this.#paths.has(canonical)) this.register(canonical, [], []);
    const folders = this.#paths.get(canonical)?.folders ?? [];
    const at = folders.indexOf(folder);
    if (at >= 0 && !isDefault) return;
    if (at >= 0) folders.splice(at, 1);
    if (isDefault) folders.unshift(folder);
    else folders.push(folder);
  }

  keys(): readonly string[] {
    return [...this.#paths.keys()];
  }

  find(key: string): SearchPath | undefined {
    return this.#paths.get(canonicalFolderKey(key));
  }

  list(key: string): Promise<readonly string[]> {
    return this.#listed(key, this.#names, (sources, { extensions }) => {
      const union = new Set(sources.flat().filter(name => isListed(name, extensions)));
      return [...union].sort(compareCodePoints);
    });
  }

  weightFiles(key: string): Promise<readonly ListedFile[]> {
    return this.#listed(key, this.#weightFiles, (sources, { folders }) =>
      folders.flatMap((folder, pathIndex) =>
        (sources[pathIndex] ?? []).filter(isVisibleWeightFile).map(name => ({ folder, pathIndex, name })),
      ),
    );
  }

  /** Made anew only when the files of a folder changed. */
  async #listed<Item>(
    key: string,
    lists: Map<string, KnownList<Item>>,
    make: (sources: KnownList<Item>['sources'], searchPath: SearchPath) => Item[],
  ): Promise<readonly Item[]> {
    const searchPath = this.find(key);
    if (searchPath === undefined) {
      throw new StoreError('UNKNOWN_MODEL_FOLDER', { key, known: this.keys().join(', ') });
    }
    const sources = await Promise.all(searchPath.folders.map(folder => this.#files.list(folder)));
    const known = lists.get(canonicalFolderKey(key));
    const isSame = known?.sources.length === sources.length && known.sources.every((list, i) => list === sources[i]);
    if (known !== undefined && isSame) return known.items;
    const items = Object.freeze(make(sources, searchPath));
    lists.set(canonicalFolderKey(key), { sources, items });
    return items;
  }

  resolve(key: string, name: string): string | undefined {
    const parts = rootedParts(name);
    if (parts === undefined || parts.length === 0) return undefined;
    return this.find(key)
      ?.folders.map(folder => join(folder, ...parts))
      .find(isRegularFile);
  }
}

function isListed(name: string, extensions: readonly string[]): boolean {
  return extensions.length === 0 || extensions.includes(extname(name).toLowerCase());
}

function isRegularFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    if (isMissing(error)) return false;
    throw new StoreError('FOLDER_UNUSABLE', { path, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * Lays out the folders, creates the missing ones and reads the extra path files.
 *
 * @throws StoreError FOLDER_MISSING, FOLDER_UNUSABLE, EXTRA_MODEL_PATHS_UNREADABLE or EXTRA_MODEL_PATHS_INVALID.
 */
export async function createFolderPaths(options: FolderPathsOptions): Promise<FolderPaths> {
  const base = resolve(options.base);
  const layout = {
    base,
    models: resolve(options.models ?? join(base, 'models')),
    input: resolve(options.input ?? join(base, 'input')),
    output: resolve(options.output ?? join(base, 'output')),
    temp: resolve(options.temp ?? base, 'temp'),
    user: resolve(options.user ?? join(base, 'user')),
  };
  if (options.models !== undefined) await checkFolder('models', layout.models);
  if (options.user !== undefined) await checkFolder('user', layout.user);
  const paths = new SearchPaths();
  for (const { key, folders, isInBase, extensions } of MODEL_FOLDERS) {
    const parent = isInBase ? base : layout.models;
    paths.register(
      key,
      folders.map(folder => join(parent, folder)),
      extensions,
    );
  }
  await createFolders(layout, options.models === undefined);
  await addExtraPaths(paths, base, options);
  for (const [key, folder] of OUTPUT_MODEL_FOLDERS) paths.add(key, join(layout.output, folder), false);
  return {
    ...layout,
    list: key => paths.list(key),
    resolve: (key, name) => paths.resolve(key, name),
    folderKeys: () => paths.keys(),
    foldersOf: key => paths.find(key)?.folders,
    extensionsOf: key => paths.find(key)?.extensions,
    weightFiles: async (key, page = { offset: 0, limit: Number.POSITIVE_INFINITY }) => {
      const listed = await paths.weightFiles(key);
      const files = await describeFiles(listed.slice(page.offset, page.offset + page.limit));
      return { total: listed.length, files };
    },
  };
}

async function addExtraPaths(paths: SearchPaths, base: string, options: FolderPathsOptions): Promise<void> {
  const expansion = { environment: options.environment ?? {}, homeFolder: options.homeFolder ?? homedir() };
  const standard = join(base, 'extra_model_paths.yaml');
  const hasStandard = await access(standard).then(
    () => true,
    () => false, // it is optional
  );
  const given = (options.extraModelPathFiles ?? []).map(file => resolve(file));
  for (const file of hasStandard ? [standard, ...given] : given) {
    for (const { key, path, isDefault } of await readExtraModelPaths(file, expansion)) paths.add(key, path, isDefault);
  }
}

async function checkFolder(what: string, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined); // whatever the reason, it is not usable
  if (!found?.isDirectory()) throw new StoreError('FOLDER_MISSING', { what, path });
}

async function createFolders(
  layout: Readonly<Record<'models' | 'input' | 'output' | 'temp' | 'user', string>>,
  withModelFolders: boolean,
): Promise<void> {
  // A models folder of the user's own may be shared or read-only: nothing is created in there.
  const modelFolders = MODEL_FOLDERS.filter(({ isInBase }) => withModelFolders && !isInBase).flatMap(({ folders }) =>
    folders.map(folder => join(layout.models, folder)),
  );
  const { input, output, temp, user } = layout;
  for (const path of [input, output, temp, user, ...modelFolders]) {
    try {
      await mkdir(path, { recursive: true });
    } catch (error) {
      throw new StoreError('FOLDER_UNUSABLE', { path, reason: reasonOf(error) }, { cause: error });
    }
  }
}
