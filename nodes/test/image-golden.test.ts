// Recorded calls of the picture nodes: a small copy of the golden data, run by the same adapter as `npm run parity`.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodes } from '../../tools/parity/nodes.ts';
import { runTree } from '../../tools/parity/run-tree.ts';

const treePath = fileURLToPath(new URL('golden/images', import.meta.url));
const results = await runTree({ treePath, suites: [nodes] });

describe('recorded calls of picture nodes', () => {
  it('are there', () => expect(results.length).toBeGreaterThan(50));

  it.each(results)('$name gives what was recorded', ({ outcome }) => {
    expect(outcome).toMatchObject({ passed: true });
  });
});
