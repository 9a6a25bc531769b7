import { describe, expect, it } from 'vitest';
import { backoffDelayMs, pause, requestBackoff, retryAfterMs } from './retry.ts';

describe('backoffDelayMs', () => {
  it('doubles up to its limit and never waits longer than that', () => {
    const longest = [0, 1, 2, 9].map(attempt => backoffDelayMs(attempt, requestBackoff, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 8000]);
  });

  it('spreads clients over the upper half of the delay', () => {
    expect(backoffDelayMs(0, requestBackoff, () => 0)).toBe(250);
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    expect(retryAfterMs('2')).toBe(2000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:05 GMT', 1000)).toBe(4000);
  });

  it('ignores what it cannot read and caps what is absurd', () => {
    expect(retryAfterMs(null)).toBeUndefined();
    expect(retryAfterMs('soon')).toBeUndefined();
    expect(retryAfterMs('86400')).toBe(60_000);
    expect(retryAfterMs('-5')).toBe(0);
  });
});

describe('pause', () => {
  it('ends at once when its signal has aborted or aborts', async () => {
    await pause(1_000_000, AbortSignal.abort());
    const controller = new AbortController();
    const waiting = pause(1_000_000, controller.signal);
    controller.abort();
    await waiting;
  });
});
