// Recorded calls of the latent nodes and of the conditioning that needs nothing but a VAE: a small copy of the golden data, run
// by the same adapter as `npm run parity`, with a stand-in VAE of block averages.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodes } from '../../tools/parity/nodes.ts';
import { runTree } from '../../tools/parity/run-tree.ts';

const treePath = fileURLToPath(new URL('golden/latents', import.meta.url));
const results = await runTree({ treePath, suites: [nodes] });

describe('recorded calls of latent nodes', () => {
  it('are there', () => expect(results.length).toBeGreaterThan(60));

  it.each(results)('$name gives what was recorded', ({ outcome }) => {
    expect(outcome).toMatchObject({ passed: true });
  });
});
