import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeImage } from '@snug/engine';
import { builtinPack } from '@snug/nodes';
import { expect, it } from 'vitest';
import { nodeExamples } from './node-examples.ts';
import { examplePicture, PICTURE_FOLDER, picturedNodes } from './node-pictures.ts';
import { mediaSentences } from './sentences-of-media-nodes.ts';
import { modelSentences } from './sentences-of-model-nodes.ts';

const docs = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../docs');
const folder = path.join(docs, PICTURE_FOLDER);

it('every picture of the page is there, and no other (npm run docs writes them)', () => {
  const page = readFileSync(path.join(docs, 'nodes.md'), 'utf8');
  const linked = Array.from(page.matchAll(/!\[\]\(([^)]+)\)/g), match => decodeURIComponent(match[1] ?? ''));
  expect(linked.length).toBeGreaterThan(20);
  expect(linked.filter(link => !existsSync(path.join(docs, link)))).toEqual([]);
  const files = readdirSync(folder).map(name => `${PICTURE_FOLDER}/${name}`);
  expect(files.filter(file => !linked.includes(file))).toEqual([]);
});

it('the pictures are small', () => {
  const sizes = readdirSync(folder).map(name => statSync(path.join(folder, name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400_000);
});

it('every example gives a picture of at most 96 pixels', async () => {
  expect(picturedNodes().length).toBeGreaterThan(20);
  for (const id of picturedNodes()) {
    const { image } = await decodeImage(await examplePicture(id), { name: id });
    expect(Math.max(image.dims[1] ?? 0, image.dims[2] ?? 0), id).toBe(96);
  }
});

it('examples name inputs that their nodes have', () => {
  const known = new Map(builtinPack.nodes.map(node => [node.id, node.inputs]));
  for (const [id, inputs] of Object.entries(nodeExamples)) {
    const declared = known.get(id);
    if (declared === undefined || typeof declared === 'function') continue;
    expect(
      Object.keys(inputs).filter(name => !(name in declared)),
      id,
    ).toEqual([]);
  }
});

it('a sentence stands once, and only where the node says nothing itself', () => {
  expect(Object.keys(mediaSentences).filter(id => id in modelSentences)).toEqual([]);
  const speaking = builtinPack.nodes.filter(({ description }) => description !== '').map(({ id }) => id);
  expect(speaking.filter(id => id in mediaSentences || id in modelSentences)).toEqual([]);
});

it('every node says what it does, there or here', () => {
  const silent = builtinPack.nodes.filter(({ id, description }) => description === '' && !(id in mediaSentences));
  expect(silent.map(({ id }) => id).filter(id => !(id in modelSentences))).toEqual([]);
});
