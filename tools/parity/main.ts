// `npm run parity -- DIR [filter] [--table]`: runs every case of every `index.json` below a golden tree (a `numeric` folder)
// against the engine and prints passed/total per folder, the worst error, and what was skipped with the reason, or with
// `--table` the table of docs/parity.md. Exit code 1 when a case fails, 2 when the arguments are wrong. `filter` keeps the
// cases whose `folder/name` contains it.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { markdownTable, summarize } from './report.ts';
import { runTree } from './run-tree.ts';
import { suites } from './suites.ts';

async function main(arguments_: readonly string[]): Promise<number> {
  const [folder, filter = '', ...rest] = arguments_.filter(argument => argument !== '--table');
  if (folder === undefined || rest.length > 0 || !(await isFolder(folder))) {
    console.error('usage: npm run parity -- DIR [filter] [--table]   (DIR: the "numeric" folder of a golden tree)');
    return 2;
  }
  const results = await runTree({ treePath: resolve(folder), suites, filter });
  if (results.length === 0) {
    console.error(`no golden cases found below ${folder}${filter === '' ? '' : ` with "${filter}" in their name`}`);
    return 2;
  }
  const { text, failures } = summarize(results);
  console.log(arguments_.includes('--table') ? markdownTable(results) : text);
  return failures > 0 ? 1 : 0;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}

process.exitCode = await main(process.argv.slice(2));
