import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeAssetStore } from './asset-store-conformance.ts';
import { createAssetHarness } from './asset-store-harness.ts';

describeAssetStore('SQLite', createAssetHarness);

it('says which database it cannot use', async () => {
  const harness = await createAssetHarness();
  try {
    await writeFile(
      join(harness.base, 'assets.db'),
      'this is no database, and much longer than a header would be'.repeat(20),
    );
    await expect(harness.open()).rejects.toMatchObject({ code: 'DATABASE_CORRUPT' });
  } finally {
    await harness.dispose();
  }
});

it('throws away what a crash cut short', async () => {
  const harness = await createAssetHarness();
  const left = await harness.put('incoming/half.part', 'half');
  const store = await harness.open();
  expect(existsSync(left)).toBe(false);
  await store.close();
  await harness.dispose();
});
