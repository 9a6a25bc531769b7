import { describe, expect, it } from 'vitest';
import { createLiveLists } from './live-lists.ts';

describe('lists that declarations ask for', () => {
  it('are read from the second question on, and only when asked to', async () => {
    const folders: Record<string, string[]> = { checkpoints: ['a'], vae: ['b'] };
    const reads: string[] = [];
    const lists = createLiveLists(async key => {
      reads.push(key);
      return folders[key];
    });
    expect(lists.list('checkpoints')).toEqual([]);
    expect(lists.hasUnread).toBe(true);
    await lists.refresh();
    expect(lists.hasUnread).toBe(false);
    expect(lists.list('checkpoints')).toEqual(['a']);

    folders['checkpoints'] = ['a', 'c'];
    expect(lists.list('checkpoints')).toEqual(['a']);
    await lists.refresh();
    expect(lists.list('checkpoints')).toEqual(['a', 'c']);
    expect(reads).toEqual(['checkpoints', 'checkpoints']);
  });

  it('are empty where nothing is known by that name', async () => {
    const lists = createLiveLists(async () => undefined);
    expect(lists.list('nothing')).toEqual([]);
    await lists.refresh();
    expect(lists.list('nothing')).toEqual([]);
    expect(lists.hasUnread).toBe(false);
  });
});
