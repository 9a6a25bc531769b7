// `npm run parity -- DIR [filter]`: runs every case of every `index.json` below a golden tree (a `numeric` folder)
// against the engine and prints passed/total per folder, the worst error, and what was skipped with the reason. Exit
// code 1 when a case fails, 2 when the arguments are wrong. `filter` keeps the cases whose `folder/name` contains the
// text.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type GoldenFile, readGoldenFile } from './golden-file.ts';
import { type CaseResult, summarize } from './report.ts';
import type { GoldenCase, ParityContext, ParitySuite } from './suite.ts';
import { suites } from './suites.ts';

async function main(arguments_: readonly string[]): Promise<number> {
  const [treePath, filter = ''] = arguments_;
  if (treePath === undefined || arguments_.length > 2 || !(await isFolder(treePath))) {
    console.error('usage: npm run parity -- DIR [filter]   (DIR: the "numeric" folder of a golden tree)');
    return 2;
  }
  const results: CaseResult[] = [];
  const folders = await indexedFolders(treePath);
  for (const folderPath of folders) {
    const folder = relative(treePath, folderPath).split(sep).join('/');
    results.push(...(await runFolder(folder, folderPath, treePath, filter)));
  }
  if (results.length === 0) {
    console.error(`no golden cases found below ${treePath}${filter === '' ? '' : ` with "${filter}" in their name`}`);
    return 2;
  }
  const { text, failures } = summarize(results);
  console.log(text);
  return failures > 0 ? 1 : 0;
}

async function runFolder(folder: string, folderPath: string, treePath: string, filter: string): Promise<CaseResult[]> {
  const cases = JSON.parse(await readFile(join(folderPath, 'index.json'), 'utf8')) as GoldenCase[];
  const suite = suites.find(candidate => candidate.folder === folder);
  const context = contextOf(cases, folderPath, treePath);
  const results: CaseResult[] = [];
  try {
    for (const goldenCase of cases) {
      if (!`${folder}/${goldenCase.case}`.includes(filter)) continue;
      results.push({ folder, name: goldenCase.case, outcome: await runCase(suite, goldenCase, context) });
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

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}

process.exitCode = await main(process.argv.slice(2));
