import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generatedPages } from './pages.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

it('keeps the generated pages true (npm run docs writes them)', async () => {
  for (const [name, text] of await generatedPages(root)) {
    expect(text.length).toBeGreaterThan(500);
    expect(readFileSync(path.join(root, name), 'utf8'), name).toBe(text);
  }
});
