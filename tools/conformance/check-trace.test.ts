// The runner against a real server: a recording that it satisfies, and the same with things in it that are not so.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkTrace } from './check-trace.ts';
import { summarize } from './report.ts';
import { parseTrace } from './trace-format.ts';

const text = readFileSync(new URL('./golden/lazy_inputs.json', import.meta.url), 'utf8');

async function failures(recording: string): Promise<string[]> {
  const result = await checkTrace(parseTrace(recording));
  expect(summarize([result]).uncovered).toBe(0);
  return result.checks.flatMap(({ differences }) => differences.map(({ place }) => place));
}

describe('checking a recording', () => {
  it('finds nothing where the server does as recorded', async () => {
    expect(await failures(text)).toEqual([]);
  });

  it('finds what the server does not do', async () => {
    const untrue = text
      .replace('"status": 200', '"status": 418')
      .replace('"execution_success"', '"execution_success_too"')
      .replace('"node": "3"', '"node": "33"');
    expect(await failures(untrue)).toEqual(expect.arrayContaining(['status', 'frames']));
  });
});
