import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type TriangleMesh, voxelSurface } from './voxel-surface.ts';

const algorithms = ['basic', 'surface net'] as const;

/** By the divergence theorem; positive when the triangles face outwards. */
function volumeOf({ positions, indices }: TriangleMesh): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map(k => [...positions.subarray(3 * indices[i + k]!, 3 * indices[i + k]! + 3)]);
    const [[ax, ay, az], [bx, by, bz], [cx, cy, cz]] = [a, b, c] as [number[], number[], number[]];
    sum += ax! * (by! * cz! - bz! * cy!) + ay! * (bz! * cx! - bx! * cz!) + az! * (bx! * cy! - by! * cx!);
  }
  return sum / 6;
}

/** Every edge is walked once in each direction by as many triangles: nothing is open. */
function expectClosed({ indices }: TriangleMesh): void {
  const balance = new Map<string, number>();
  for (let i = 0; i < indices.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const [from, to] = [indices[i + k]!, indices[i + ((k + 1) % 3)]!];
      const key = `${Math.min(from, to)} ${Math.max(from, to)}`;
      balance.set(key, (balance.get(key) ?? 0) + (from < to ? 1 : -1));
    }
  }
  expect([...balance.values()].every(count => count === 0)).toBe(true);
}

function ball(side: number, radius: number): Tensor {
  const data = new Float32Array(side ** 3);
  const middle = (side - 1) / 2;
  for (let i = 0; i < data.length; i++) {
    const place = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side].map(v => v - middle);
    data[i] = radius - Math.hypot(...place);
  }
  return { data, dims: [side, side, side] };
}

describe('the surface of voxels', () => {
  it('is a cube for a single voxel, from -1 to 1', async () => {
    const mesh = await voxelSurface(
      { data: Float32Array.of(1), dims: [1, 1, 1] },
      { threshold: 0, algorithm: 'basic' },
    );
    expect([mesh.positions.length / 3, mesh.indices.length / 3]).toEqual([8, 12]);
    expect([Math.min(...mesh.positions), Math.max(...mesh.positions)]).toEqual([-1, 1]);
    expect(volumeOf(mesh)).toBeCloseTo(8, 6);
  });

  it('keeps the axes apart and the shares of the sides', async () => {
    const data = new Float32Array(2 * 3 * 4);
    data[0] = 1;
    const { positions } = await voxelSurface({ data, dims: [2, 3, 4] }, { threshold: 0.5, algorithm: 'basic' });
    const sides = [0, 1, 2].map(axis => positions.filter((_, i) => i % 3 === axis));
    expect(sides.map(values => [Math.min(...values), Math.max(...values)])).toEqual([
      [-0.5, 0],
      [-0.75, -0.25],
      [-1, -0.5],
    ]);
  });

  it.each(algorithms)('has the volume of what it encloses and faces outwards (%s)', async algorithm => {
    const mesh = await voxelSurface(ball(24, 9), { threshold: 0, algorithm });
    const expected = (4 / 3) * Math.PI * (9 / 12) ** 3;
    expect(Math.abs(volumeOf(mesh) / expected - 1)).toBeLessThan(0.03);
    expectClosed(mesh);
  });

  it('lies on the threshold where the values rise evenly', async () => {
    const { positions } = await voxelSurface(ball(32, 10), { threshold: 2, algorithm: 'surface net' });
    for (let i = 0; i < positions.length; i += 3) {
      const radius = 16 * Math.hypot(...positions.subarray(i, i + 3));
      expect(Math.abs(radius - 8)).toBeLessThan(0.2);
    }
  });

  it.each(algorithms)('is closed whatever the voxels are, at the border too (%s)', async algorithm => {
    const side = fc.integer({ min: 1, max: 5 });
    const grid = fc.tuple(side, side, side).chain(dims =>
      fc.record({
        dims: fc.constant(dims),
        data: fc.array(fc.constantFrom(-1, 0, 0.3, 1, Number.NaN), {
          minLength: dims[0] * dims[1] * dims[2],
          maxLength: dims[0] * dims[1] * dims[2],
        }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(grid, async ({ dims, data }) => {
        const volume = { data: Float32Array.from(data), dims };
        const mesh = await voxelSurface(volume, { threshold: 0.1, algorithm });
        expectClosed(mesh);
        expect(mesh.positions.every(value => value >= -1 && value <= 1)).toBe(true);
        const inside = data.filter(value => value > 0.1).length * (2 / Math.max(...dims)) ** 3;
        if (algorithm === 'basic') expect(volumeOf(mesh)).toBeCloseTo(inside, 4);
      }),
      { numRuns: 60 },
    );
  });

  it('is empty when nothing is above the threshold', async () => {
    const mesh = await voxelSurface(ball(4, 1), { threshold: 5, algorithm: 'surface net' });
    expect([mesh.positions.length, mesh.indices.length]).toEqual([0, 0]);
  });

  it('is refused for what is no grid', async () => {
    for (const dims of [[8], [2, 2, 3], [0, 2, 2]]) {
      const call = voxelSurface({ data: new Float32Array(8), dims }, { threshold: 0, algorithm: 'basic' });
      await expect(call).rejects.toThrow(EngineError);
    }
  });
});
