import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderListing } from './folder-listing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-listing-'));
});
afterEach(() => rm(folder, { recursive: true }));

const countedListing = () => {
  let reads = 0;
  return createFolderListing(folder, async () => [`read ${++reads}`]);
};

describe('the listing of a folder', () => {
  it('is read again only after a change', async () => {
    const list = countedListing();
    await utimes(folder, new Date(), new Date(Date.now() - 60_000));
    expect(await list()).toEqual(['read 1']);
    expect(await list()).toEqual(['read 1']);
    await writeFile(join(folder, 'new.png'), '');
    expect(await list()).toEqual(['read 2']);
  });

  it('is not trusted while the folder may change without its time telling', async () => {
    const list = countedListing();
    await writeFile(join(folder, 'new.png'), '');
    expect(await list()).toEqual(['read 1']);
    expect(await list()).toEqual(['read 2']);
  });

  it('is asked for each time where there is no such folder', async () => {
    const list = createFolderListing(join(folder, 'gone'), async () => []);
    expect(await list()).toEqual([]);
    expect(await list()).toEqual([]);
  });
});
