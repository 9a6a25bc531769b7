// The surface between the voxels above a threshold and the others. Every pair of neighbours on two sides of it gives a quad whose
// corners belong to the four cubes of voxel centres around the pair: at the middle of the cube for blocks, at the mean of the
// crossings on its edges for a surface net (Gibson, "Constrained Elastic Surface Nets", 1998). Outside of the grid is air, and the
// surface towards it lies on the border, so meshes are closed. Cubes are worked off in slabs: only two slabs are numbered at once.
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface TriangleMesh {
  /** x, y and z of each vertex. The longest side of the grid goes from -1 to 1. */
  readonly positions: Float32Array;
  /** Three vertices of each triangle, counter-clockwise from outside. */
  readonly indices: Uint32Array;
}

export interface VoxelSurfaceOptions {
  /** Voxels above it are inside. */
  readonly threshold: number;
  readonly algorithm: 'basic' | 'surface net';
  readonly signal?: AbortSignal;
}

type Point = readonly [number, number, number];

/** How long slabs are worked off before others get their turn. */
const TURN_MS = 20;

/** The twelve edges of a cube as pairs of its corners; bit 2 of a corner is x, bit 1 is y, bit 0 is z. */
const cubeEdges: readonly (readonly [number, number])[] = [4, 2, 1].flatMap(axis =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter(corner => (corner & axis) === 0).map(corner => [corner, corner | axis] as const),
);

/**
 * @param volume [x, y, z]
 * @throws EngineError INVALID_ARGUMENT for other shapes
 */
export async function voxelSurface(volume: Tensor, options: VoxelSurfaceOptions): Promise<TriangleMesh> {
  const { dims } = volume;
  if (dims.length !== 3 || dims.some(side => side < 1) || volume.data.length !== dims.reduce((a, b) => a * b, 1)) {
    const actual = `[${dims.join(', ')}]`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'voxel', expected: 'a grid with three sides', actual });
  }
  const grid = gridOf(volume, options.threshold);
  const surface = createSurface(grid, options.algorithm);
  let turnBegan = performance.now();
  for (let x = -1; x < grid.size[0]; x++) {
    surface.addSlab(x);
    if (performance.now() - turnBegan < TURN_MS) continue;
    await setImmediate();
    options.signal?.throwIfAborted();
    turnBegan = performance.now();
  }
  return surface.mesh();
}

interface Grid {
  readonly size: Point;
  readonly threshold: number;
  /** Undefined outside of the grid. */
  valueAt(x: number, y: number, z: number): number | undefined;
  isInside(x: number, y: number, z: number): boolean;
}

function gridOf({ data, dims }: Tensor, threshold: number): Grid {
  const [width = 0, height = 0, depth = 0] = dims;
  const valueAt = (x: number, y: number, z: number): number | undefined =>
    x < 0 || y < 0 || z < 0 || x >= width || y >= height || z >= depth ? undefined : data[(x * height + y) * depth + z];
  return {
    size: [width, height, depth],
    threshold,
    valueAt,
    isInside: (x, y, z) => (valueAt(x, y, z) ?? Number.NEGATIVE_INFINITY) > threshold,
  };
}

function createSurface(grid: Grid, algorithm: VoxelSurfaceOptions['algorithm']) {
  const [, height, depth] = grid.size;
  const rowLength = depth + 1;
  const positions: number[] = [];
  const indices: number[] = [];
  // Vertex of each cube plus 1, of the slab before and of this one.
  let before = new Uint32Array((height + 1) * rowLength);
  let current = new Uint32Array(before.length);

  const place = (x: number, y: number, z: number): number => {
    const index = (y + 1) * rowLength + z + 1;
    const known = current[index]!;
    if (known > 0) return known - 1;
    positions.push(...vertexOf(grid, algorithm, [x, y, z]));
    current[index] = positions.length / 3;
    return positions.length / 3 - 1;
  };
  const placeBefore = (y: number, z: number): number => before[(y + 1) * rowLength + z + 1]! - 1;
  const quad = (isTurned: boolean, a: number, b: number, c: number, d: number): void => {
    if (isTurned) indices.push(a, c, b, a, d, c);
    else indices.push(a, b, c, a, c, d);
  };

  return {
    /** The cubes between the voxels of x and x + 1, and the quads that touch no later slab. */
    addSlab(x: number): void {
      [before, current] = [current, before.fill(0)];
      const cut = cubesOnSurface(grid, x);
      for (const [y, z] of cut) place(x, y, z);
      for (const [y, z] of cut) {
        const here = grid.isInside(x, y, z);
        if (y >= 0 && z >= 0 && here !== grid.isInside(x + 1, y, z)) {
          quad(!here, place(x, y - 1, z - 1), place(x, y, z - 1), place(x, y, z), place(x, y - 1, z));
        }
        if (x >= 0 && z >= 0 && here !== grid.isInside(x, y + 1, z)) {
          quad(!here, placeBefore(y, z - 1), placeBefore(y, z), place(x, y, z), place(x, y, z - 1));
        }
        if (x >= 0 && y >= 0 && here !== grid.isInside(x, y, z + 1)) {
          quad(!here, placeBefore(y - 1, z), place(x, y - 1, z), place(x, y, z), placeBefore(y, z));
        }
      }
    },
    mesh: (): TriangleMesh => ({ positions: Float32Array.from(positions), indices: Uint32Array.from(indices) }),
  };
}

/** y and z of the cubes of a slab that have voxels on both sides. */
function cubesOnSurface(grid: Grid, x: number): (readonly [y: number, z: number])[] {
  const [, height, depth] = grid.size;
  const found: (readonly [number, number])[] = [];
  const countAt = (y: number, z: number): number => Number(grid.isInside(x, y, z)) + Number(grid.isInside(x + 1, y, z));
  for (let y = -1; y < height; y++) {
    let left = 0;
    for (let z = -1; z < depth; z++) {
      const right = countAt(y, z + 1) + countAt(y + 1, z + 1);
      if (left + right > 0 && left + right < 8) found.push([y, z]);
      left = right;
    }
  }
  return found;
}

/** Position of the vertex of a cube whose first corner is that voxel. */
function vertexOf(grid: Grid, algorithm: VoxelSurfaceOptions['algorithm'], [x, y, z]: Point): Point {
  const [dx, dy, dz] = algorithm === 'basic' ? [0.5, 0.5, 0.5] : meanCrossing(grid, [x, y, z]);
  const half = Math.max(...grid.size) / 2;
  // Centres of voxels lie half a voxel behind their start.
  const scaled = (position: number, side: number): number => (position + 0.5 - side / 2) / half;
  return [scaled(x + dx, grid.size[0]), scaled(y + dy, grid.size[1]), scaled(z + dz, grid.size[2])];
}

/** Mean of the crossings on the edges of a cube, 0..1 on each axis. */
function meanCrossing({ valueAt, threshold }: Grid, [x, y, z]: Point): Point {
  const values = [0, 1, 2, 3, 4, 5, 6, 7].map(corner =>
    valueAt(x + (corner >> 2), y + ((corner >> 1) & 1), z + (corner & 1)),
  );
  const isInside = values.map(value => value !== undefined && value > threshold);
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (const [from, to] of cubeEdges) {
    if (isInside[from] === isInside[to]) continue;
    const share = crossing(values[from], values[to], threshold);
    const axis = to - from;
    sum[0] += axis === 4 ? share : from >> 2;
    sum[1] += axis === 2 ? share : (from >> 1) & 1;
    sum[2] += axis === 1 ? share : from & 1;
    count++;
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Share of the way at which the threshold is reached; half of it towards the outside of the grid, and where there are no numbers. */
function crossing(from: number | undefined, to: number | undefined, threshold: number): number {
  if (from === undefined || to === undefined) return 0.5;
  const share = (threshold - from) / (to - from);
  return share >= 0 && share <= 1 ? share : 0.5;
}
