import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveBelow, webPathOf } from './front-end-path.ts';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-web-'));
  root = join(folder, 'root');
  await mkdir(join(root, 'sub'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(root, 'sub', 'a b.js'), 'script');
  await symlink(join(folder, 'secret.txt'), join(root, 'link.txt'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('a URL path is decoded segment by segment', () => {
  expect(webPathOf('/sub/a%20b.js')).toBe('sub/a b.js');
  expect(webPathOf('/')).toBe('');
});

test.each(['/../etc/passwd', '/%2e%2e/x', '/a/%2E%2E/b', '/a%2Fb', '/a%5Cb', '/a%00b', '/%zz', '/./a'])(
  '%s names no file',
  path => {
    expect(webPathOf(path)).toBeUndefined();
  },
);

test('files below the root are found, files reached by a link out of it are not', async () => {
  expect(await resolveBelow(root, 'sub/a b.js')).toMatch(/a b\.js$/);
  expect(await resolveBelow(root, 'link.txt')).toBeUndefined();
  expect(await resolveBelow(root, 'missing')).toBeUndefined();
});

test('no URL path leads out of the root', async () => {
  const part = fc.constantFrom('..', '.', '/', '%2f', '%2e', '%5c', '\\', 'sub', 'secret.txt', 'link.txt', '%00');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 10 }), async parts => {
      const path = webPathOf(`/${parts.join('')}`);
      const file = path === undefined ? undefined : await resolveBelow(root, path);
      if (file !== undefined) expect(file).not.toContain('secret');
    }),
    { numRuns: 300 },
  );
});
