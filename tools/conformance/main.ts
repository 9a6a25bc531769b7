// `npm run conformance -- PATH... [--only TEXT] [--verbose]`: replays recordings of the reference, one file each, and files of
// golden execution answers against freshly started servers, and prints what differs. Exit code 1 when something differs that
// intended-differences.ts does not list, 2 when the arguments are wrong.
import { parseArgs } from 'node:util';
import { checkTrace, type TraceResult } from './check-trace.ts';
import { readScenarios } from './read-scenarios.ts';
import { reportTotals, reportTrace, summarize } from './report.ts';

const USAGE =
  'usage: npm run conformance -- PATH... [--only TEXT] [--verbose]   (PATH: a folder of recordings, or one file)';

async function main(args: readonly string[]): Promise<number> {
  const options = { only: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } } as const;
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (positionals.length === 0) throw new TypeError('no path given');
  const results: TraceResult[] = [];
  for (const path of positionals) {
    for (const { trace, pack } of await readScenarios(path, values.only)) {
      const result = await checkTrace(trace, pack === undefined ? {} : { pack });
      results.push(result);
      console.log(reportTrace(result, values.verbose));
    }
  }
  if (results.length === 0) throw new TypeError(`no recordings found in ${positionals.join(', ')}`);
  console.log(reportTotals(results));
  return summarize(results).failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
