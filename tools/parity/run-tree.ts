// Runs the cases of a golden tree: one folder after the other, each with the suite that covers it.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type GoldenFile, readGoldenFile } from './golden-file.ts';
import type { CaseResult } from './report.ts';
import type { GoldenCase, ParityContext, ParitySuite } from './suite.ts';

export interface RunTreeOptions {
  /** The `numeric` folder. */
  readonly treePath: string;
  readonly suites: readonly ParitySuite[];
  /** Keeps the cases whose `folder/name` contains this text; default all. */
  readonly filter?: string;
}

/** Results of all cases of every `index.json`, in the order of the folders' names. */
export async function runTree({ treePath, suites, filter = '' }: RunTreeOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const folderPath of await indexedFolders(treePath)) {
    const folder = relative(treePath, folderPath).split(sep).join('/');
    const suite = suites.find(candidate => candidate.folder === folder);
    results.push(...(await runFolder({ folder, folderPath, treePath, suite, filter })));
  }
  return results;
}

interface FolderRun {
  readonly folder: string;
  readonly folderPath: string;
  readonly treePath: string;
  readonly suite: ParitySuite | undefined;
  readonly filter: string;
}

async function runFolder({ folder, folderPath, treePath, suite, filter }: FolderRun): Promise<CaseResult[]> {
  const cases = JSON.parse(await readFile(join(folderPath, 'index.json'), 'utf8')) as GoldenCase[];
  const context = contextOf(cases, folderPath, treePath);
  const results: CaseResult[] = [];
  try {
    for (const goldenCase of cases) {
      if (!`${folder}/${goldenCase.case}`.includes(filter)) continue;
      const outcome = await runCase(suite, goldenCase, context);
      const group = suite?.groupOf?.(goldenCase);
      results.push({ folder, name: goldenCase.case, outcome, ...(group !== undefined && { group }) });
    }
  } finally {
    await suite?.close?.();
  }
  return results;
}

async function runCase(
  suite: ParitySuite | undefined,
  goldenCase: GoldenCase,
  context: ParityContext,
): Promise<CaseResult['outcome']> {
  if (suite === undefined) return { skipped: 'this version covers nothing of this folder' };
  try {
    return await suite.run(goldenCase, context);
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function contextOf(cases: readonly GoldenCase[], folderPath: string, treePath: string): ParityContext {
  const opened = new Map<string, Promise<GoldenFile>>();
  return {
    folderPath,
    treePath,
    cases,
    tensors(goldenCase) {
      if (goldenCase.file === undefined) throw new Error(`${goldenCase.case} has no tensor file`);
      const path = join(folderPath, goldenCase.file);
      const file = opened.get(path) ?? readGoldenFile(path);
      opened.set(path, file);
      return file;
    },
    caseNamed(name) {
      const found = cases.find(candidate => candidate.case === name);
      if (found === undefined) throw new Error(`no case "${name}" in ${folderPath}`);
      return found;
    },
  };
}

/** Folders that hold an `index.json`, in alphabetical order. */
async function indexedFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const found = entries.some(entry => entry.isFile() && entry.name === 'index.json') ? [root] : [];
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    if (entry.isDirectory()) found.push(...(await indexedFolders(join(root, entry.name))));
  }
  return found;
}
