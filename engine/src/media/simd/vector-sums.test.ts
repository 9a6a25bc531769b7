import { describe, expect, it } from 'vitest';
import { sumByteRows, sumFloatRows } from './row-sums.ts';
import { vectorPlaces } from './vector-memory.ts';

/** Numbers without a pattern. */
const noise = (length: number) =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(i * 12.9898) * 43.758) % 1);

describe('sums of rows on vectors', () => {
  it.each([1, 7, 48, 50, 1000, 200_000])('are those of plain arithmetic, floats, rows of %i values', inner => {
    const source = noise(inner * 5);
    const rows: Float32Array[] = [];
    const shares = [0.25, -0.5, 1.75];
    const plan = (row: number, sources: Uint32Array, weights: Float64Array): number => {
      sources.set([row, row + 1, row + 2]);
      weights.set(shares);
      return 3;
    };
    const take = (row: number, start: number, values: Float32Array): void => {
      rows[row] ??= new Float32Array(inner);
      rows[row].set(values, start);
    };
    sumFloatRows({ source, inner, span: 3, taps: 3, plan, take }, 0, 3);
    const expected = [0, 1, 2].map(row =>
      Float32Array.from({ length: inner }, (_, i) =>
        shares.reduce((sum, share, tap) => sum + share * (source[(row + tap) * inner + i] ?? Number.NaN), 0),
      ),
    );
    expect(rows).toEqual(expected);
  });

  it('are clipped to bytes, and can be taken as floats', () => {
    const source = Uint8Array.of(10, 200, 255, 0, 100, 90, 255, 1);
    const taken: number[][] = [];
    const whole = 2 ** 22;
    const plan = (_: number, sources: Uint32Array, weights: Int32Array): number => {
      sources.set([0, 1]);
      weights.set([whole * 2, -whole]);
      return 2;
    };
    const take = (_: number, __: number, values: Uint8Array, asFloats: () => Float32Array): void => {
      taken.push([...values], [...asFloats()]);
    };
    sumByteRows({ source, inner: 4, span: 2, taps: 2, plan, take }, 0, 1);
    const bytes = [0, 255, 255, 0];
    expect(taken).toEqual([bytes, bytes.map(byte => byte / 255)]);
  });
});

it('floats become bytes as the reference cuts them, and bytes become floats again', () => {
  const { memory, places } = vectorPlaces(64, 16, 256, 1024);
  const [floats = 0, cut = 0, bytes = 0, back = 0] = places;
  memory.floats.set([Number.NaN, -1, 0.5, 2, Number.POSITIVE_INFINITY, 1, 0.999, Number.NEGATIVE_INFINITY], floats / 4);
  memory.sums.floatsToBytes(floats, cut, cut + 8);
  expect([...memory.bytes.subarray(cut, cut + 8)]).toEqual([0, 0, 127, 255, 255, 255, 254, 0]);
  memory.bytes.set(
    Uint8Array.from({ length: 256 }, (_, i) => i),
    bytes,
  );
  memory.sums.bytesToFloats(bytes, back, bytes + 256);
  expect(memory.floats.subarray(back / 4, back / 4 + 256)).toEqual(
    Float32Array.from({ length: 256 }, (_, i) => i / 255),
  );
});

it('places lie apart and are larger than asked for', () => {
  const { memory, places } = vectorPlaces(1, 100_000, 3_000_000);
  expect(places.every(place => place % 64 === 0)).toBe(true);
  expect(places[1]! - places[0]!).toBeGreaterThanOrEqual(1 + 64);
  expect(memory.bytes.length).toBeGreaterThanOrEqual(places[2]! + 3_000_000 + 64);
});
