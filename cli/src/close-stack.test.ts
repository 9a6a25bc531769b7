import { describe, expect, it } from 'vitest';
import { CloseStack } from './close-stack.ts';

describe('CloseStack', () => {
  it('runs every step once, the last one first, and reports the first failure', async () => {
    const ran: number[] = [];
    const stack = new CloseStack();
    stack.defer(() => void ran.push(1));
    stack.defer(async () => {
      ran.push(2);
      throw new Error('second');
    });
    stack.defer(() => {
      ran.push(3);
      throw new Error('third');
    });
    await expect(stack.close()).rejects.toThrow('third');
    await stack.close();
    expect(ran).toEqual([3, 2, 1]);
  });
});
