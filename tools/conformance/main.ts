// `npm run conformance -- PATH... [--only TEXT] [--verbose]`: replays recordings of the reference, one file each, and files of
// golden execution answers against freshly started servers, and prints what differs. Exit code 1 when something differs that
// intended-differences.ts does not list, 2 when the arguments are wrong.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkTrace, type TraceResult } from './check-trace.ts';
import { readScenarios } from './read-scenarios.ts';
import { reportTotals, reportTrace, summarize } from './report.ts';

const USAGE =
  'usage: npm run conformance -- PATH... [--only TEXT] [--verbose]   (PATH: an existing folder of recordings, or one file)';

async function main(args: readonly string[]): Promise<number> {
  const given = readArguments(args);
  if (given === undefined) {
    console.error(USAGE);
    return 2;
  }
  const { paths, only, isVerbose } = given;
  const results: TraceResult[] = [];
  for (const path of paths) {
    for (const { trace, pack } of await readScenarios(path, only)) {
      const result = await checkTrace(trace, pack === undefined ? {} : { pack });
      results.push(result);
      console.log(reportTrace(result, isVerbose));
    }
  }
  if (results.length === 0) {
    console.error(`no recordings found in ${paths.join(', ')}`);
    return 2;
  }
  console.log(reportTotals(results));
  return summarize(results).failed > 0 ? 1 : 0;
}

/** Undefined when the arguments make no sense. */
function readArguments(args: readonly string[]) {
  const options = { only: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } } as const;
  try {
    const { positionals: paths, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const areThere = paths.length > 0 && paths.every(path => existsSync(path));
    return areThere ? { paths, only: values.only, isVerbose: values.verbose } : undefined;
  } catch {
    return undefined; // A flag that there is not.
  }
}

process.exitCode = await main(process.argv.slice(2));
