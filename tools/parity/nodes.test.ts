// Every recorded call of the copy beside this file: all node classes that are recorded at all, each with its smallest case and most
// with others. The whole tree runs with `npm run parity`.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodes } from './nodes.ts';
import { runTree } from './run-tree.ts';

const treePath = fileURLToPath(new URL('golden', import.meta.url));
const results = await runTree({ treePath, suites: [nodes] });
const groups = [...new Set(results.map(({ group }) => group ?? ''))];

describe('recorded calls of nodes', () => {
  it('are there for every class that is recorded', () => {
    expect(results.length).toBe(192);
    expect(groups.length).toBe(122);
  });

  it.each(groups)('%s gives what was recorded', group => {
    const outcomes = results
      .filter(result => result.group === group)
      .map(({ name, outcome }) => ({ name, ...outcome }));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ passed: true });
      expect(outcome).not.toHaveProperty('leftOut');
    }
  });
});
