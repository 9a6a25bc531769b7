import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonFloat } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { readPromptFile, readWorkflowFile } from './workflow-file.ts';

async function read(content: string | Uint8Array) {
  const path = join(await mkdtemp(join(tmpdir(), 'snug-workflow-')), 'workflow.json');
  await writeFile(path, content);
  return readWorkflowFile(path);
}

async function readPrompt(content: string | Uint8Array) {
  const file = await read(content);
  if (file.kind !== 'prompt') throw new Error('the file is no prompt');
  return file;
}

/** A PNG file of text chunks alone: pixels do not matter here. */
function pictureWith(texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(texts).map(([keyword, text]) => {
    const data = Buffer.from(`${keyword}\0${text}`, 'latin1');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from('tEXt'), data, Buffer.alloc(4)]);
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

const workflow = '{"nodes": [{"id": 3, "type": "KSampler"}], "links": []}';
const node = '{"class_type": "KSampler", "inputs": {"seed": 18446744073709551615, "cfg": 8.0}}';

describe('readWorkflowFile', () => {
  it('reads a prompt and keeps its numbers', async () => {
    const { prompt, extraData } = await readPrompt(`\uFEFF{"3": ${node}}`);
    expect(prompt['3']?.inputs).toEqual({ seed: 18446744073709551615n, cfg: new JsonFloat(8) });
    expect(extraData).toBeUndefined();
  });

  it('reads a submission body', async () => {
    const { prompt, extraData } = await readPrompt(
      `{"prompt": {"3": ${node}}, "extra_data": {"preview_method": "auto"}}`,
    );
    expect(Object.keys(prompt)).toEqual(['3']);
    expect(extraData).toEqual({ preview_method: 'auto' });
  });

  it('takes a node that is called "prompt" for a node', async () => {
    const { prompt } = await readPrompt(`{"prompt": ${node}}`);
    expect(prompt['prompt']?.class_type).toBe('KSampler');
  });

  it.each([
    ['by itself', workflow],
    ['inside a submission body', `{"prompt": ${workflow}, "extra_data": {"preview_method": "auto"}}`],
    ['inside a picture', pictureWith({ workflow, parameters: 'a cat' })],
  ])('reads a workflow %s', async (_, content) => {
    const file = await read(content);
    expect(file).toMatchObject({ kind: 'workflow', workflow: { nodes: [{ id: 3 }] } });
  });

  it('takes the prompt of a picture that carries both, and keeps the workflow for the results', async () => {
    const { prompt, extraData } = await readPrompt(pictureWith({ prompt: `{"3": ${node}}`, workflow }));
    expect(prompt['3']?.inputs['seed']).toBe(18446744073709551615n);
    expect(extraData).toMatchObject({ extra_pnginfo: { workflow: { links: [] } } });
  });

  it('refuses pictures that carry nothing or nonsense', async () => {
    const nothing = 'the picture carries neither prompt nor workflow';
    await expect(read(pictureWith({ parameters: 'a cat' }))).rejects.toThrow(nothing);
    await expect(read(pictureWith({ prompt: '{{', workflow: '[]' }))).rejects.toThrow(nothing);
    await expect(read(pictureWith({ prompt: '{"3": 5}' }))).rejects.toThrow('"3" has no "class_type"');
  });

  it('may be told that only a prompt will do', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'snug-workflow-')), 'workflow.json');
    await writeFile(path, workflow);
    await expect(readPromptFile(path)).rejects.toThrow('a prompt is needed');
  });

  it.each([
    ['[1]', 'it is no JSON object'],
    ['{}', 'it has no nodes'],
    ['{"3": {"inputs": {}}}', '"3" has no "class_type"'],
    ['{"3": {"class_type": "A"}}', 'node 3 has no "inputs"'],
    ['{"3": ', 'Cannot read the workflow'],
  ])('refuses %s', async (content, reason) => {
    await expect(read(content)).rejects.toThrow(reason);
  });

  it('says so when there is no such file', async () => {
    await expect(readWorkflowFile('/nowhere/x.json')).rejects.toThrow('Cannot read the workflow /nowhere/x.json');
  });
});
