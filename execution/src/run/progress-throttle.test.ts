import { describe, expect, it } from 'vitest';
import { ProgressThrottle } from './progress-throttle.ts';

describe('ProgressThrottle', () => {
  it('passes the first and the last update at once', () => {
    const throttle = new ProgressThrottle(100);
    const passed = [1, 2, 3, 4].map(value => throttle.passes(value, 4, false, 0));
    expect(passed).toEqual([true, false, false, true]);
  });

  it('passes an update once enough time has gone and the bar has grown', () => {
    const throttle = new ProgressThrottle(100);
    expect(throttle.passes(0, 1000, false, 0)).toBe(true);
    expect(throttle.passes(100, 1000, false, 99)).toBe(false);
    expect(throttle.passes(4, 1000, false, 100)).toBe(false);
    expect(throttle.passes(5, 1000, false, 101)).toBe(true);
    expect(throttle.passes(6, 1000, false, 300)).toBe(false);
  });

  it('passes every update with a picture', () => {
    const throttle = new ProgressThrottle(100);
    expect([1, 2, 3].map(value => throttle.passes(value, 10, true, 0))).toEqual([true, true, true]);
  });

  it('passes everything without an interval', () => {
    const throttle = new ProgressThrottle(0);
    expect([1, 1, 1].map(value => throttle.passes(value, 1000, false, 0))).toEqual([true, true, true]);
  });
});
