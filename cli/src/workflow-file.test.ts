import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonFloat } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { readWorkflowFile } from './workflow-file.ts';

async function read(content: string) {
  const path = join(await mkdtemp(join(tmpdir(), 'snug-workflow-')), 'workflow.json');
  await writeFile(path, content);
  return readWorkflowFile(path);
}

const node = '{"class_type": "KSampler", "inputs": {"seed": 18446744073709551615, "cfg": 8.0}}';

describe('readWorkflowFile', () => {
  it('reads a prompt and keeps its numbers', async () => {
    const { prompt, extraData } = await read(`\uFEFF{"3": ${node}}`);
    expect(prompt['3']?.inputs).toEqual({ seed: 18446744073709551615n, cfg: new JsonFloat(8) });
    expect(extraData).toBeUndefined();
  });

  it('reads a submission body', async () => {
    const { prompt, extraData } = await read(`{"prompt": {"3": ${node}}, "extra_data": {"preview_method": "auto"}}`);
    expect(Object.keys(prompt)).toEqual(['3']);
    expect(extraData).toEqual({ preview_method: 'auto' });
  });

  it('takes a node that is called "prompt" for a node', async () => {
    const { prompt } = await read(`{"prompt": ${node}}`);
    expect(prompt['prompt']?.class_type).toBe('KSampler');
  });

  it.each([
    ['{"nodes": [], "links": []}', 'it is a workflow as the editor saves it'],
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
