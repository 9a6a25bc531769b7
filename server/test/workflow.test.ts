// Editor workflows over HTTP: POST /workflow/convert, and POST /prompt with a workflow where a prompt belongs.
import { parseLossless, stringifyLossless } from '@snug/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

const objectInfo = `{
  "Paint": {"display_name": "Paint it", "input": {"required": {"color": ["INT", {}], "gain": ["FLOAT", {"default": 2.0}]}}},
  "SaveIt": {"input": {"required": {"images": ["IMAGE"], "name": ["STRING", {"default": "x"}]}}}
}`;

const paintAndSave = {
  id: 'b3ad1c6e-0000-4000-8000-000000000001',
  version: 0.4,
  nodes: [
    { id: 1, type: 'Paint', outputs: [{ name: 'IMAGE', type: 'IMAGE' }], widgets_values: [3] },
    { id: 2, type: 'SaveIt', inputs: [{ name: 'images', type: 'IMAGE', link: 1 }], widgets_values: ['mine'] },
  ],
  links: [[1, 1, 0, 2, 0, 'IMAGE']],
};
const withMissingNode = { ...paintAndSave, nodes: [...paintAndSave.nodes, { id: 5, type: 'Fancy' }] };

let at: TestServer;

beforeEach(async () => {
  at = await startTestServer();
  at.runner.info = { json: objectInfo, etag: '"catalogue-1"' };
});
afterEach(() => at.close());

async function storedPrompt(promptId: unknown) {
  const job = (await at.jobs.pending()).find(pending => pending.promptId === promptId);
  return { prompt: job?.promptJson, extraData: parseLossless(job?.extraDataJson ?? 'null') as Record<string, unknown> };
}

describe('POST /workflow/convert', () => {
  const prompt =
    '{"1":{"inputs":{"color":3,"gain":2.0},"class_type":"Paint","_meta":{"title":"Paint it"}},' +
    '"2":{"inputs":{"name":"mine","images":["1",0]},"class_type":"SaveIt","_meta":{"title":"SaveIt"}}}';

  test.each([
    ['a workflow', paintAndSave],
    ['an object around one', { workflow: paintAndSave }],
  ])('answers the prompt of %s, numbers as they are, and what was assumed', async (_, body) => {
    const answer = await at.post('/api/workflow/convert', body);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(`{"prompt":${prompt},"problems":[{"code":"WIDGET_VALUES_FEWER"`);
    expect((answer.json() as { problems: unknown[] }).problems).toHaveLength(1);
    expect(await at.jobs.remaining()).toBe(0);
  });

  test('names the problems of a workflow that cannot be converted, beside what could be', async () => {
    const answer = await at.post('/workflow/convert', withMissingNode);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      error: { type: 'workflow_not_convertible', details: expect.stringContaining('"Fancy"') },
      node_errors: { 5: { class_type: 'Fancy', errors: [{ type: 'missing_node_type', details: "Node ID '#5'" }] } },
      problems: [{ code: 'MISSING_NODE_TYPE', severity: 'error', node_id: '5', node_type: 'Fancy' }, {}],
      prompt: { 1: { class_type: 'Paint' } },
    });
  });

  test.each([
    ['', 'invalid_workflow'],
    ['{"nodes": [', 'invalid_workflow'],
    ['[]', 'invalid_workflow'],
    ['5', 'invalid_workflow'],
    ['{"workflow": 5}', 'invalid_workflow'],
    ['{}', 'workflow_not_convertible'],
    ['{"nodes": {}}', 'workflow_not_convertible'],
    ['{"3": {"class_type": "Paint", "inputs": {}}}', 'workflow_not_convertible'],
  ])('refuses %j with a reason', async (body, type) => {
    const answer = await at.send('/workflow/convert', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { type, details: expect.stringMatching(/./) }, node_errors: {} });
  });

  test('refuses bodies of a size that no workflow has, unread', async () => {
    const body = ' '.repeat(32 * 1024 * 1024) + JSON.stringify(paintAndSave);
    const answer = await at.send('/workflow/convert', { method: 'POST', body });
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('33554432');
  });

  test('follows the catalogue, which it reads once for each version', async () => {
    expect((await at.post('/workflow/convert', withMissingNode)).status).toBe(400);
    let hasBeenRead = false;
    const json = objectInfo.replace('"Paint"', '"Fancy": {"input": {}}, "Paint"');
    at.runner.info = { json, etag: '"catalogue-2"' };
    expect((await at.post('/workflow/convert', withMissingNode)).status).toBe(200);
    at.runner.info = {
      get json() {
        hasBeenRead = true;
        return json;
      },
      etag: '"catalogue-2"',
    };
    await at.post('/workflow/convert', withMissingNode);
    expect(hasBeenRead).toBe(false);
  });
});

describe('POST /prompt', () => {
  test.each([
    ['as the prompt', { prompt: paintAndSave, client_id: 'me' }],
    ['as the body', paintAndSave],
  ])('runs a workflow sent %s and keeps it for the pictures', async (_, body) => {
    const answer = await at.post('/prompt', body);
    expect(answer.status).toBe(200);
    const { prompt_id, ...rest } = answer.json() as Record<string, unknown>;
    expect(rest).toMatchObject({
      number: 0,
      node_errors: {},
      problems: [{ code: 'WIDGET_VALUES_FEWER', node_id: '1' }],
    });
    const { prompt, extraData } = await storedPrompt(prompt_id);
    expect(prompt).toContain('"2":{"inputs":{"name":"mine","images":["1",0]},"class_type":"SaveIt"');
    expect(stringifyLossless(extraData['extra_pnginfo'])).toBe(JSON.stringify({ workflow: paintAndSave }));
  });

  test('keeps metadata that the client sends', async () => {
    const send = async (metadata: unknown) => {
      const answer = await at.post('/prompt', { prompt: paintAndSave, extra_data: { extra_pnginfo: metadata } });
      const { extraData } = await storedPrompt((answer.json() as Record<string, unknown>)['prompt_id']);
      return JSON.parse(stringifyLossless(extraData['extra_pnginfo'])) as unknown;
    };
    expect(await send({ workflow: { mine: 1 } })).toEqual({ workflow: { mine: 1 } });
    expect(await send({ note: 'n' })).toEqual({ note: 'n', workflow: paintAndSave });
  });

  test('refuses a workflow that cannot be converted like a prompt that is invalid', async () => {
    const answer = await at.post('/prompt', { prompt: withMissingNode });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      error: {
        type: 'workflow_not_convertible',
        message: 'The workflow cannot be converted to a prompt',
        extra_info: { problems: [{ code: 'MISSING_NODE_TYPE' }, { code: 'WIDGET_VALUES_FEWER' }] },
      },
      node_errors: { 5: { class_type: 'Fancy' } },
    });
    expect(await at.jobs.remaining()).toBe(0);
    // It counts like any other submission.
    const next = await at.post('/prompt', { prompt: { 1: { class_type: 'SaveIt', inputs: {} } } });
    expect(next.json()).toMatchObject({ number: 1 });
  });

  test('refuses a workflow without outputs, and an empty one', async () => {
    for (const nodes of [[], paintAndSave.nodes.slice(0, 1)]) {
      const answer = await at.post('/prompt', { nodes, links: [] });
      expect(answer.json()).toMatchObject({ error: { type: 'prompt_no_outputs' } });
    }
  });

  test('does not look at the catalogue for a prompt, not even for one with a node called "nodes"', async () => {
    at.runner.objectInfo = () => Promise.reject(new Error('not needed'));
    const answer = await at.post('/prompt', { prompt: { nodes: { class_type: 'SaveIt', inputs: {} } } });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json() as object)).toEqual(['prompt_id', 'number', 'node_errors']);
  });
});
