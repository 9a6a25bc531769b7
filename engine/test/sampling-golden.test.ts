// Sampling against recorded runs of the reference: a part of the golden tree, through the suites of `npm run parity`. A
// formula stands for the network, so every number down to the final latent is comparable.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { latentFormats } from '../../tools/parity/modules-latent-formats.ts';
import { runTree } from '../../tools/parity/run-tree.ts';
import { samplers } from '../../tools/parity/samplers.ts';
import { schedulers } from '../../tools/parity/schedulers.ts';
import { samplerNames } from '../src/sampling/samplers/samplers.ts';

const treePath = path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden');
const suites = [latentFormats, samplers, schedulers];

const results = await runTree({ treePath, suites });

describe.each(suites.map(({ folder }) => folder))('golden %s', folder => {
  const inFolder = results.filter(result => result.folder === folder);

  it.each(inFolder.map(({ name, outcome }) => ({ name, outcome })))('agrees with $name', ({ outcome }) => {
    expect(outcome).toMatchObject({ passed: true });
  });
});

it('has a golden run for every sampler', () => {
  const names = results.map(({ name }) => name);
  for (const sampler of samplerNames)
    expect(
      names.some(name => name.startsWith(`${sampler}__`)),
      sampler,
    ).toBe(true);
});
