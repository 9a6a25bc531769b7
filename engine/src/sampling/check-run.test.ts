import { describe, expect, it } from 'vitest';
import { checkRun } from './check-run.ts';

const run = (changes: Partial<Parameters<typeof checkRun>[0]>) => () =>
  checkRun({
    guidance: { scales: { cfg: 7 } },
    latent: { samples: { data: new Float32Array(4), dims: [1, 1, 2, 2] } },
    sigmas: Float32Array.of(3, 2, 1, 0),
    ...changes,
  });

describe('the numbers of a run', () => {
  it.each([
    ['that fall', [3, 2, 0]],
    ['that rise, as for turning a picture into noise', [0.1, 1, 3]],
    ['with equal neighbours', [3, 3, 1, 1, 0]],
    ['of a single step', [3, 0]],
    ['of no step at all', [3]],
    ['that are none', []],
  ])('may be sigmas %s', (_, sigmas) => {
    expect(run({ sigmas: Float32Array.from(sigmas) })).not.toThrow();
  });

  it.each([
    ['fall and rise', [3, 1, 2, 0], 'its sigma number 2 is 1, the next is 2'],
    ['rise and fall', [1, 3, 2], 'its sigma number 2 is 3, the next is 2'],
    ['turn round after equal ones', [3, 2, 2, 2.5], 'its sigma number 3 is 2, the next is 2.5'],
    ['are negative', [3, 1, -1], 'A sigma must be 0 or more, but it is -1'],
    ['are no numbers', [3, Number.NaN, 0], 'values that are no numbers: 3, NaN, 0'],
    ['are infinite', [Number.POSITIVE_INFINITY, 0], 'values that are no numbers: Infinity, 0'],
  ])('are refused when sigmas %s, with the values', (_, sigmas, message) => {
    expect(run({ sigmas: Float32Array.from(sigmas) })).toThrow(message);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('are refused when a scale is %d, with its name', scale => {
    expect(run({ guidance: { scales: { cfg_conds: scale } } })).toThrow('cfg_conds must be a finite number');
  });

  it('are refused when the latent holds no numbers', () => {
    const samples = { data: Float32Array.of(1, Number.NaN, 1, 1), dims: [1, 1, 2, 2] };
    expect(run({ latent: { samples } })).toThrow('The latent given to the sampler contains values that are no numbers');
  });
});
