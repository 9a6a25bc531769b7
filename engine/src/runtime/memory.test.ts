import { expect, test } from 'vitest';
import { formatBytes, machineMemoryBytes, privateMemoryBytes } from './memory.ts';

test('sizes are written with the unit that keeps them short', () => {
  expect([0, 1023, 1024, 1.5 * 2 ** 20, 3 * 2 ** 30, 5000 * 2 ** 40].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KB',
    '1.5 MB',
    '3.0 GB',
    '5000.0 TB',
  ]);
});

test('a process has some private memory, and less than the machine', () => {
  expect(privateMemoryBytes()).toBeGreaterThan(10 * 2 ** 20);
  expect(privateMemoryBytes()).toBeLessThan(machineMemoryBytes());
});
