// The example of the repository as clients load it: parsed JSON, a new copy for every test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../server-process.ts';

export const demoCheckpoint = 'snug-demo.safetensors';
export const demoModels = join(repository, 'demo', 'models');

export interface PromptNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta: { title: string };
}

/** `examples/demo.json`: text, checkpoint and sampler settings to one saved picture (node 7). */
export function demoPrompt(): Record<string, PromptNode> {
  return JSON.parse(readFileSync(join(repository, 'examples', 'demo.json'), 'utf8')) as Record<string, PromptNode>;
}

/** True for bytes that start like a PNG file. */
export function isPng(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 8)).toString('hex') === '89504e470d0a1a0a';
}
