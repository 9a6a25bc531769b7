// Reads the small copy of the golden data beside this file: `index.json` per folder, one safetensors file per case.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSafetensors, type SafetensorsFile } from '../src/formats/safetensors.ts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden');

export interface GoldenCase<Params> {
  readonly case: string;
  readonly file: string;
  readonly params: Params;
  readonly tolerance_suggested: number;
}

export function goldenPath(...parts: string[]): string {
  return path.join(root, ...parts);
}

export function readGoldenJson<Value>(...parts: string[]): Value {
  return JSON.parse(readFileSync(goldenPath(...parts), 'utf8')) as Value;
}

/** Cases of a folder whose names start with `prefix`; fails when there are none. */
export function goldenCases<Params>(folder: string, prefix: string): GoldenCase<Params>[] {
  const cases = readGoldenJson<GoldenCase<Params>[]>(folder, 'index.json').filter(one => one.case.startsWith(prefix));
  if (cases.length === 0) throw new Error(`No golden case ${prefix}* in ${folder}`);
  return cases;
}

export function openGolden(folder: string, file: string): Promise<SafetensorsFile> {
  return openSafetensors(goldenPath(folder, file));
}

/** Largest absolute difference; infinite when the lengths differ or one side has a NaN. */
export function maxDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs((actual[index] as number) - (expected[index] as number));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}
