// What every asset store must do, whatever keeps its records (spec http.md section 12). Lists and tags over HTTP are tested in
// `server`; here is what a client cannot see or bring about.
import { readdir, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetStore, SeedEvent } from '../src/index.ts';
import { type AssetHarness, allAssets, chunksOf } from './asset-store-harness.ts';

/** BLAKE3 of the empty text and of "abc". */
const EMPTY = 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262';
const ABC = '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85';
const EVERYBODY = { ownerId: '', tags: [] } as const;

export function describeAssetStore(name: string, createHarness: () => Promise<AssetHarness>): void {
  describe(`${name} as an asset store`, () => {
    let harness: AssetHarness;
    let store: AssetStore;

    beforeEach(async () => {
      harness = await createHarness();
      store = await harness.open();
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    const seedAll = async () => store.seed(['models', 'input', 'output']);
    const add = async (text: string, filename = 'a.txt', details: Parameters<AssetStore['add']>[2] = EVERYBODY) =>
      store.add(await store.receive(chunksOf(text)), { root: 'input', filename }, details);

    describe('receiving', () => {
      it('hashes what comes in pieces, and forgets what is discarded', async () => {
        const content = await store.receive(chunksOf('a', '', 'bc'));
        expect(content).toMatchObject({ hash: ABC, sizeBytes: 3 });
        expect((await store.receive(chunksOf())).hash).toBe(EMPTY);
        await store.discard(content);
        await store.discard(content);
        expect(await readdir(join(harness.base, 'incoming'))).toHaveLength(1);
      });

      it('leaves nothing behind when the sender breaks off', async () => {
        const broken = async function* (): AsyncGenerator<Uint8Array> {
          yield Buffer.from('abc');
          throw new Error('connection lost');
        };
        await expect(store.receive(broken())).rejects.toThrow('connection lost');
        expect(await readdir(join(harness.base, 'incoming'))).toEqual([]);
      });

      it('gives each of several contents of one name a place', async () => {
        const added = await Promise.all(['1', '2', '3', '4'].map(text => add(text)));
        expect(added.map(({ isNew }) => isNew)).toEqual([true, true, true, true]);
        const files = await readdir(join(harness.base, 'input'));
        expect(files.sort()).toEqual(['a (1).txt', 'a (2).txt', 'a (3).txt', 'a.txt']);
      });
    });

    it('keeps assets through a restart', async () => {
      const { asset } = await add('abc', 'ä.txt', {
        ownerId: '',
        tags: ['x'],
        name: 'N',
        userMetadataJson: '{"big":18446744073709551615}',
      });
      await store.close();
      store = await harness.open();
      expect(await store.find(asset.id, null)).toEqual(asset);
      expect(asset.userMetadataJson).toBe('{"big":18446744073709551615}');
    });

    it('shows private assets to their owner alone', async () => {
      const { asset } = await add('abc', 'a.txt', { ownerId: 'bob', tags: [] });
      expect(await store.find(asset.id, 'bob')).toEqual(asset);
      expect(await store.find(asset.id, null)).toEqual(asset);
      expect(await store.find(asset.id, 'eve')).toBeUndefined();
      expect(await store.tagCounts({ viewerId: 'eve' }, 10)).toEqual([]);
    });

    describe('looking through the folders', () => {
      it('finds models in every folder of their key, by their extension, and through links', async () => {
        await harness.put('models/loras/a.safetensors', 'a');
        await harness.put('models/loras/readme.txt', 'no model');
        await harness.put('elsewhere/loras/sub/b.SAFETENSORS', 'b');
        await harness.put('far/away/c.safetensors', 'c');
        await symlink(join(harness.base, 'far'), join(harness.base, 'models', 'loras', 'linked'));
        await symlink(join(harness.base, 'models', 'loras'), join(harness.base, 'models', 'loras', 'loop'));
        await symlink(join(harness.base, 'nowhere'), join(harness.base, 'models', 'loras', 'broken.safetensors'));
        expect(await seedAll()).toMatchObject({ total: 3, created: 3 });
        const found = await allAssets(store);
        expect(found.map(({ relativePath, folderKey }) => [folderKey, relativePath])).toEqual([
          ['loras', 'a.safetensors'],
          ['loras', 'sub/b.SAFETENSORS'],
          ['loras', 'linked/away/c.safetensors'],
        ]);
        expect(found[0]?.hash).toBeNull();
      });

      it('changes nothing the second time', async () => {
        await harness.put('input/a.png', 'a');
        await seedAll();
        const before = await allAssets(store);
        expect(await seedAll()).toMatchObject({ total: 1, created: 0, updated: 0, skipped: 1, missing: 0 });
        expect(await allAssets(store)).toEqual(before);
        expect(before).toMatchObject([{ mimeType: 'image/png', tags: ['input'] }]);
      });

      it('forgets the hash of a file that changed', async () => {
        const { asset } = await add('abc');
        const path = await harness.put('input/a.txt', 'abd');
        await utimes(path, 1, 1);
        expect(await seedAll()).toMatchObject({ updated: 1 });
        expect(await store.find(asset.id, null)).toMatchObject({ hash: null });
        expect(await store.fileOf(ABC)).toBeUndefined();
      });

      it('marks a file that is gone, and takes the mark away when it is back', async () => {
        const path = await harness.put('input/a.png', 'a');
        await seedAll();
        await rm(path);
        expect(await seedAll()).toMatchObject({ missing: 1 });
        expect((await allAssets(store))[0]?.tags).toEqual(['input', 'missing']);
        expect(await seedAll()).toMatchObject({ missing: 0 });
        await harness.put('input/a.png', 'new');
        await seedAll();
        expect((await allAssets(store))[0]).toMatchObject({ tags: ['input'], sizeBytes: 3 });
        expect(await store.prune()).toBe(0);
      });

      it('hashes contents when it is told to', async () => {
        await store.close();
        store = await harness.open({ hashesContents: true });
        await harness.put('input/a.txt', 'abc');
        await harness.put('input/b.txt', '');
        const events: SeedEvent[] = [];
        store.onSeed(event => events.push(event));
        expect(await seedAll()).toMatchObject({ hashed: 2 });
        expect(events).toEqual(['started', 'fast_complete', 'enrich_complete', 'completed']);
        expect((await allAssets(store)).map(({ hash }) => hash)).toEqual([ABC, EMPTY]);
        expect(await store.fileOf(ABC)).toMatchObject({ name: 'a.txt' });
        expect(await seedAll()).toMatchObject({ hashed: 0 });
      });

      it('leaves the event loop free, and ends when the store is closed', async () => {
        for (let i = 0; i < 300; i++) await harness.put(`input/${i}.txt`, String(i));
        let turns = 0;
        const counting = setInterval(() => turns++, 0);
        await seedAll();
        clearInterval(counting);
        expect(turns).toBeGreaterThan(2);

        const events: SeedEvent[] = [];
        store.onSeed(event => events.push(event));
        const running = seedAll();
        await store.close();
        await running;
        expect(events.at(-1)).toBe('cancelled');
        store = await harness.open();
        expect(await seedAll()).toMatchObject({ total: 300 });
      });
    });

    it('registers a file once, and none outside of its folders', async () => {
      const path = await harness.put('output/sub/o.png', 'abc');
      const first = await store.register(path, EVERYBODY);
      expect(first).toMatchObject({ hash: ABC, root: 'output', relativePath: 'sub/o.png', tags: ['output'] });
      expect(await store.register(path, { ...EVERYBODY, jobId: 'p' })).toMatchObject({ id: first?.id, jobId: 'p' });
      const outside = await harness.put('secret.txt', 'x');
      expect(await store.register(outside, EVERYBODY)).toBeUndefined();
      expect(await store.register(join(harness.base, 'output', 'none'), EVERYBODY)).toBeUndefined();
    });
  });
}
