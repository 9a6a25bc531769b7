import { describe, expect, test } from 'vitest';
import { EngineError } from '../../errors.ts';
import type { RunRequest } from '../../runtime/runtime.ts';
import type { SessionSource } from '../../runtime/session-source.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { runUpscalePass, type UpscalePass } from './upscale-pass.ts';

const source = { part: 'upscale model', file: { path: 'm.pth', identity: 'm' } } as SessionSource;
const picture: Tensor = { data: new Float32Array(3 * 600 * 700).fill(0.5), dims: [1, 3, 600, 700] };

/** A device that gives tiles back as they are; `runs` are the sizes of the tiles that it was given. */
function passOn(device: { fitsUpTo?: number; failsAbove?: number; reason?: string }) {
  const { fitsUpTo = Number.POSITIVE_INFINITY, failsAbove = Number.POSITIVE_INFINITY, reason = '' } = device;
  const runs: string[] = [];
  const run = async <Output extends string>({ feeds }: RunRequest<Output>) => {
    const tile = feeds['image'] as Tensor;
    const [, , height = 0, width = 0] = tile.dims;
    runs.push(`${width}x${height}`);
    if (height * width > failsAbove)
      throw new EngineError('RUN_FAILED', { part: 'upscale model', path: 'm.pth', reason });
    return { upscaled: tile } as unknown as Record<Output, Tensor>;
  };
  const runtime = { run, fits: (_: SessionSource, bytes: number) => bytes <= fitsUpTo };
  const pass: UpscalePass = {
    runtime,
    source,
    scale: 1,
    unshuffle: 1,
    sideMultiple: 1,
    estimateBytes: pixels => pixels,
  };
  return { pass, runs };
}

describe('tiles of an upscale model', () => {
  test('are 512 pixels wide and share 32', async () => {
    const { pass, runs } = passOn({});
    await runUpscalePass(pass, picture);
    expect(runs).toEqual(['512x512', '220x512', '512x120', '220x120']);
  });

  test('are halved until they fit into the memory budget', async () => {
    const { pass, runs } = passOn({ fitsUpTo: 200 ** 2 });
    const { data } = await runUpscalePass(pass, picture);
    expect(runs[0]).toBe('128x128');
    expect(data.every(value => Math.abs(value - 0.5) < 1e-6)).toBe(true);
  });

  test.each([
    'Failed to allocate memory for requested buffer of size 1',
    'std::bad_alloc',
    'CUDA error: out of memory',
  ])('are halved when the device says: %s', async reason => {
    const { pass, runs } = passOn({ failsAbove: 300 ** 2, reason });
    const totals = new Set<number>();
    await runUpscalePass(pass, picture, { onTile: (_, total) => totals.add(total) });
    expect(runs.slice(0, 2)).toEqual(['512x512', '256x256']);
    expect([...totals]).toEqual([9]);
  });

  test('are not made smaller than 128 pixels', async () => {
    const { pass, runs } = passOn({ failsAbove: 100, reason: 'out of memory' });
    await expect(runUpscalePass(pass, picture)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    expect(runs).toEqual(['512x512', '256x256', '128x128']);
  });

  test('are not tried again after any other failure', async () => {
    const { pass, runs } = passOn({ failsAbove: 100, reason: 'Invalid shape' });
    await expect(runUpscalePass(pass, picture)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    expect(runs).toHaveLength(1);
  });
});
