import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWakeSignal } from './wake-signal.ts';

describe('the wake signal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('does not lose a signal that came before the sleep, and uses it up', async () => {
    const signal = createWakeSignal();
    signal.set();
    await signal.wait();
    let isAwake = false;
    void signal.wait().then(() => {
      isAwake = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(isAwake).toBe(false);
    signal.set();
    await vi.advanceTimersByTimeAsync(0);
    expect(isAwake).toBe(true);
  });

  it('ends a limited sleep by itself', async () => {
    const signal = createWakeSignal();
    let isAwake = false;
    void signal.wait(500).then(() => {
      isAwake = true;
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isAwake).toBe(true);
  });
});
