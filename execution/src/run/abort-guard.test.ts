import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExecutionError } from '../errors.ts';
import { AbortGuard } from './abort-guard.ts';

const never = new Promise<never>(() => undefined);

describe('AbortGuard', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets a node that stops in time answer', async () => {
    const controller = new AbortController();
    const guard = new AbortGuard(controller.signal, 100);
    const waiting = guard.wait(new Promise(resolve => setTimeout(() => resolve('value'), 99)), 'a');
    controller.abort();
    await vi.advanceTimersByTimeAsync(99);
    expect(await waiting).toBe('value');
    expect(guard.abandoned).toEqual([]);
  });

  it('gives up on a node when the grace is over', async () => {
    const controller = new AbortController();
    const guard = new AbortGuard(controller.signal, 100);
    const waiting = expect(guard.wait(never, 'a')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    controller.abort();
    await vi.advanceTimersByTimeAsync(100);
    await waiting;
    expect(guard.abandoned).toEqual(['a']);
  });

  it('does not wait at all once the grace is over', async () => {
    const guard = new AbortGuard(AbortSignal.abort(), 100);
    await vi.advanceTimersByTimeAsync(100);
    await expect(guard.wait(never, 'a')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    let isOver = false;
    guard.onGraceOver(() => {
      isOver = true;
    });
    expect(isOver).toBe(true);
  });

  it('waits without a limit when nobody interrupts', async () => {
    const guard = new AbortGuard(new AbortController().signal, 100);
    const waiting = guard.wait(new Promise(resolve => setTimeout(() => resolve(1), 1e6)), 'a');
    await vi.advanceTimersByTimeAsync(1e6);
    expect(await waiting).toBe(1);
  });

  it('hands out a signal that knows of an interrupt before it was asked for', () => {
    expect(new AbortGuard(AbortSignal.abort('why'), 100).signal).toMatchObject({ aborted: true, reason: 'why' });
    const controller = new AbortController();
    const { signal } = new AbortGuard(controller.signal, 100);
    expect(signal.aborted).toBe(false);
    controller.abort('why');
    expect(signal).toMatchObject({ aborted: true, reason: 'why' });
  });

  it('tells nodes that still run when the run ends, and names those that do not stop', async () => {
    const guard = new AbortGuard(new AbortController().signal, 100);
    const stopping = new Promise<void>(resolve => guard.signal.addEventListener('abort', () => resolve()));
    const ending = guard.end(
      new Map([
        ['stops', stopping],
        ['stays', never],
      ]),
    );
    await vi.advanceTimersByTimeAsync(100);
    await ending;
    expect(guard.abandoned).toEqual(['stays']);
    expect(guard.hasEnded).toBe(true);
    expect(() => guard.check()).toThrow(ExecutionError);
  });

  it.each<[string, unknown, boolean]>([
    ['its own error', new ExecutionError('INTERRUPTED'), true],
    ['the reason of the interrupt', 'why', true],
    ['an abort error', Object.assign(new Error('x'), { name: 'AbortError' }), true],
    ['an error coded as aborted', Object.assign(new Error('x'), { code: 'ENGINE_ABORTED' }), true],
    ['another error', new Error('x'), false],
    ['another text', 'no', false],
  ])('takes %s for an interruption: %s', (_, thrown, expected) => {
    const interrupted = new AbortGuard(AbortSignal.abort('why'), 0);
    expect(interrupted.isInterruption(thrown)).toBe(expected);
    const quiet = new AbortGuard(new AbortController().signal, 0);
    expect(quiet.isInterruption(thrown)).toBe(thrown instanceof ExecutionError);
  });

  it('forgets the interrupt signal when the run ends', async () => {
    const controller = new AbortController();
    const guard = new AbortGuard(controller.signal, 100);
    await guard.end(new Map());
    controller.abort();
    expect(vi.getTimerCount()).toBe(0);
  });
});
