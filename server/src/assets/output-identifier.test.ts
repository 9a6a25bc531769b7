import { type JsonObject, stringifyLossless } from '@snug/protocol';
import type { AssetStore, BlobStore } from '@snug/store';
import { expect, test } from 'vitest';
import { createOutputIdentifier, hasSavedFiles } from './output-identifier.ts';

const file = (filename: string, type = 'output') => ({ filename, subfolder: '', type });

function identifier(register: (path: string) => Promise<string | undefined>) {
  const warnings: string[] = [];
  const assets = {
    register: async (path: string) => {
      const id = await register(path);
      return id === undefined ? undefined : { id };
    },
  } as unknown as AssetStore;
  const localPath = async ({ filename }: { filename: string }) => (filename === 'gone.png' ? undefined : filename);
  const warn = (_fields: object, message: string) => warnings.push(message);
  const made = createOutputIdentifier({
    assets,
    blobs: { localPath } as unknown as BlobStore,
    logger: { warn } as never,
  });
  return { ...made, warnings };
}

test('saved files get ids, everything else stays as it is', async () => {
  const { ofNode } = identifier(async path => `id of ${path}`);
  const output: JsonObject = { images: [file('a.png'), file('t.png', 'temp'), 'text', null], animated: [true], n: 5 };
  expect(await ofNode(output, 'job')).toEqual({
    ...output,
    images: [{ ...file('a.png'), id: 'id of a.png' }, file('t.png', 'temp'), 'text', null],
  });
});

test('numbers and the order of nodes survive in the outputs of a prompt', async () => {
  const { ofPrompt } = identifier(async () => 'x');
  const text =
    '{"9":{"images":[{"filename":"a.png","subfolder":"","type":"output","size":5.0}]},"3":{"n":[18446744073709551615]}}';
  expect(await ofPrompt(text, 'job')).toBe(text.replace('5.0}', '5.0,"id":"x"}'));
});

test('files that are gone or cannot be registered are told without an id', async () => {
  const { ofNode, warnings } = identifier(async () => {
    throw new Error('disk');
  });
  const output = { images: [file('gone.png'), file('bad.png')] };
  expect(stringifyLossless(await ofNode(output, 'job'))).toBe(stringifyLossless(output));
  expect(warnings).toEqual(['The result "bad.png" did not become an asset: disk']);
});

test.each([
  [null, false],
  [{}, false],
  [{ text: ['a'] }, false],
  [{ images: [file('t.png', 'temp')] }, false],
  [{ images: [file('a.png')] }, true],
])('%j holds saved files: %s', (output, expected) => {
  expect(hasSavedFiles(output as JsonObject | null)).toBe(expected);
});
