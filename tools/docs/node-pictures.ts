// The example pictures of docs/nodes.md: nodes are run on a test picture. Written by `npm run docs` alone; tests look only whether
// they are there, since their bytes depend on the encoder.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeWebp, imageToBytes, maskToImage, scaleImage, type Tensor } from '@snug/engine';
import { builtinNode, callNode } from '../parity/node-call.ts';
import { nodeExamples } from './node-examples.ts';

/** Longest side in pixels. */
const SIDE = 96;

/** Within docs/. */
export const PICTURE_FOLDER = 'pictures/nodes';

/** Class types that have a picture. */
export function picturedNodes(): readonly string[] {
  return Object.keys(nodeExamples).filter(id => builtinNode(id) !== undefined);
}

/** Draws the pictures of all nodes into `docs`. @returns the names of those that changed. */
export async function writeNodePictures(docs: string): Promise<readonly string[]> {
  const folder = path.join(docs, PICTURE_FOLDER);
  await mkdir(folder, { recursive: true });
  const changed: string[] = [];
  for (const id of picturedNodes()) {
    const file = path.join(folder, `${id}.webp`);
    const bytes = Buffer.from(await examplePicture(id));
    const before = await readFile(file).catch(() => undefined); // there is none yet
    if (before?.equals(bytes) === true) continue;
    await writeFile(file, bytes);
    changed.push(file);
  }
  return changed;
}

/** A WebP file of what the node makes of its example. */
export async function examplePicture(id: string): Promise<Uint8Array> {
  const node = builtinNode(id);
  const inputs = nodeExamples[id];
  if (node === undefined || inputs === undefined) throw new Error(`There is no example for ${id}.`);
  const [output] = (await callNode(node, inputs, '')) as [Tensor];
  const picture = output.dims.length === 3 ? maskToImage(output) : output;
  const [, height = 0, width = 0] = picture.dims;
  const scale = SIDE / Math.max(height, width);
  // Small results are shown enlarged with visible pixels.
  const method = scale > 1 ? 'nearest-exact' : 'lanczos';
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return encodeWebp(imageToBytes(scale === 1 ? picture : scaleImage(picture, { method, ...size })), 80);
}
