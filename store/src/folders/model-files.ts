// Weight files with what a model browser shows of them: size, times and the search folder they lie in (spec http.md 9.4). Names come
// from the cached walk of the folders; sizes and times are asked for each time, because writing into a file does not change its folder.
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { WEIGHT_EXTENSIONS } from './model-folder-table.ts';

export interface ModelFile {
  /** Relative with `/`. */
  readonly name: string;
  /** Index of the search folder that holds the file. */
  readonly pathIndex: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly createdMs: number;
}

export interface ModelFilePage {
  /** Files in all pages. */
  readonly total: number;
  readonly files: readonly ModelFile[];
}

/** A file that was listed. */
export interface ListedFile {
  readonly folder: string;
  readonly pathIndex: number;
  readonly name: string;
}

/** More than the threads that do the work: they are never idle, and a network drive is not flooded. */
const STATS_AT_A_TIME = 32;

/** Whether a browser of models shows a name: a weight file, whatever the kind of folder, and not below a dot folder. */
export function isVisibleWeightFile(name: string): boolean {
  return WEIGHT_EXTENSIONS.includes(extname(name).toLowerCase()) && !/(?:^|\/)\./.test(name);
}

/** In the order of `listed`; files that went away meanwhile are left out. */
export async function describeFiles(listed: readonly ListedFile[]): Promise<readonly ModelFile[]> {
  const found: (ModelFile | undefined)[] = new Array(listed.length);
  // All workers draw from one iterator.
  const waiting = listed.entries();
  const work = async (): Promise<void> => {
    for (const [index, file] of waiting) found[index] = await describe(file);
  };
  await Promise.all(Array.from({ length: Math.min(STATS_AT_A_TIME, listed.length) }, work));
  return found.filter(file => file !== undefined);
}

async function describe({ folder, pathIndex, name }: ListedFile): Promise<ModelFile | undefined> {
  try {
    const { size, mtimeMs, birthtimeMs } = await stat(join(folder, name));
    return { name, pathIndex, sizeBytes: size, modifiedMs: mtimeMs, createdMs: birthtimeMs };
  } catch {
    return undefined; // gone, or a link that leads nowhere by now
  }
}
