// Editor workflows from outside: over HTTP, through `snug run`, and out of the pictures that were saved with them.
import { once } from 'node:events';
import { access, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseLossless,
  readEmbeddedWorkflow,
  stringifyLossless,
} from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { at, colourPrompt, getJson, openSocket } from './prompts.ts';
import { repository, runCommand, startServerProcess } from './server-process.ts';

/** `colourPrompt`, as an editor saves it: a primitive gives the colour, a reroute carries the picture. */
const colourWorkflow = {
  version: 0.4,
  nodes: [
    { id: 5, type: 'PrimitiveNode', outputs: [{ name: 'INT', type: 'INT' }], widgets_values: [0xff8000, 'fixed'] },
    {
      id: 1,
      type: 'EmptyImage',
      inputs: [{ name: 'color', type: 'INT', link: 2, widget: { name: 'color' } }],
      outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
      widgets_values: [64, 64, 1, 0],
    },
    { id: 6, type: 'Reroute', inputs: [{ name: '', type: '*', link: 1 }], outputs: [{ name: '', type: 'IMAGE' }] },
    { id: 2, type: 'SaveImage', inputs: [{ name: 'images', type: 'IMAGE', link: 3 }], widgets_values: ['colour'] },
  ],
  links: [
    [1, 1, 0, 6, 0, '*'],
    [2, 5, 0, 1, 0, 'INT'],
    [3, 6, 0, 2, 0, 'IMAGE'],
  ],
};

interface Picture {
  readonly bytes: Uint8Array;
  /** The compressed pixels: equal for equal pictures of one encoder. */
  readonly pixels: Buffer;
}

function pictureOf(bytes: Uint8Array): Picture {
  const file = Buffer.from(bytes);
  const chunks: Buffer[] = [];
  for (let position = 8; position < file.length; position += file.readUInt32BE(position) + 12) {
    const isPixels = file.toString('latin1', position + 4, position + 8) === 'IDAT';
    if (isPixels) chunks.push(file.subarray(position + 8, position + 8 + file.readUInt32BE(position)));
  }
  return { bytes, pixels: Buffer.concat(chunks) };
}

/** Submits a body, waits for its end and fetches the picture of node `outputId`. */
async function draw(url: string, body: JsonValue, outputId: string): Promise<Picture> {
  const { socket, ended } = await openSocket(url, 'workflow-test');
  const response = await fetch(`${url}/prompt`, { method: 'POST', body: stringifyLossless(body) });
  const answer = parseLossless(await response.text()) as JsonObject;
  expect(answer).toMatchObject({ node_errors: {} });
  const promptId = String(answer['prompt_id']);
  // A bare workflow names no client: its end shows in the history.
  if (isJsonObject(body) && 'client_id' in body) await ended(promptId);
  const entry = await historyEntry(url, promptId);
  await close(socket);
  const image = at(entry, 'outputs', outputId, 'images', 0) as Record<string, string>;
  return pictureOf(new Uint8Array(await (await fetch(`${url}/view?${new URLSearchParams(image)}`)).arrayBuffer()));
}

/** A socket that is still open when its server is killed reports that as an error. */
async function close(socket: WebSocket): Promise<void> {
  socket.close();
  await once(socket, 'close');
}

async function historyEntry(url: string, promptId: string): Promise<JsonObject> {
  const { until, socket } = await openSocket(url);
  for (;;) {
    const entry = (await getJson(`${url}/history/${promptId}`))[promptId];
    if (isJsonObject(entry)) {
      await close(socket);
      return entry;
    }
    await until((type, data) => type === 'status' && at(data, 'status', 'exec_info', 'queue_remaining') === 0);
  }
}

describe('a workflow over HTTP', () => {
  it('gives the picture of its prompt, which carries the workflow', async () => {
    await using server = await startServerProcess();
    const expected = await draw(
      server.url,
      { prompt: colourPrompt({ prefix: 'api' }) as JsonObject, client_id: 'workflow-test' },
      '2',
    );
    const drawn = await draw(server.url, { prompt: colourWorkflow, client_id: 'workflow-test' }, '2');
    expect(drawn.pixels.equals(expected.pixels)).toBe(true);
    const { prompt, workflow } = (await readEmbeddedWorkflow(drawn.bytes)) ?? {};
    expect(stringifyLossless(workflow)).toBe(JSON.stringify(colourWorkflow));
    expect(at(prompt, '1', 'inputs', 'color')).toBe(0xff8000);

    // The picture is all that is needed to draw it again.
    const again = await draw(server.url, workflow ?? null, '2');
    expect(again.pixels.equals(expected.pixels)).toBe(true);
  });

  it('is converted without being run', async () => {
    await using server = await startServerProcess();
    const response = await fetch(`${server.url}/api/workflow/convert`, {
      method: 'POST',
      body: JSON.stringify(colourWorkflow),
    });
    expect(await response.json()).toEqual({
      prompt: {
        1: { ...colourPrompt()['1'], _meta: { title: expect.any(String) } },
        2: { ...colourPrompt()['2'], _meta: { title: expect.any(String) } },
      },
      problems: [],
    });
    expect(await getJson(`${server.url}/history`)).toEqual({});
  });

  it('is refused with the names of all nodes that are missing', async () => {
    await using server = await startServerProcess();
    const nodes = [...colourWorkflow.nodes, { id: 8, type: 'FaceDetailer' }, { id: 9, type: 'IPAdapter' }];
    const body = JSON.stringify({ prompt: { ...colourWorkflow, nodes } });
    const response = await fetch(`${server.url}/prompt`, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'workflow_not_convertible', details: expect.stringMatching(/"FaceDetailer".*\n.*"IPAdapter"/) },
      node_errors: { 8: { class_type: 'FaceDetailer' }, 9: { class_type: 'IPAdapter' } },
    });
  });
});

describe('snug run', () => {
  it('runs a workflow, and the picture that it made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snug-workflow-'));
    const file = join(folder, 'editor.json');
    await writeFile(file, JSON.stringify(colourWorkflow));
    const first = await runCommand(['run', file, '--set', '2.filename_prefix=first', '--output', 'out'], {
      cwd: folder,
    });
    expect(first).toMatchObject({ code: 0, stdout: 'out/first_00001_.png\n' });
    const picture = join(folder, 'out', 'first_00001_.png');
    const second = await runCommand(['run', picture, '--set', '2.filename_prefix=second', '--output', 'out'], {
      cwd: folder,
    });
    expect(second).toMatchObject({ code: 0, stdout: 'out/second_00001_.png\n' });

    const [one, two] = await Promise.all(
      [picture, join(folder, 'out', 'second_00001_.png')].map(path => readFile(path)),
    );
    expect(pictureOf(one ?? Buffer.alloc(0)).pixels.equals(pictureOf(two ?? Buffer.alloc(0)).pixels)).toBe(true);
    const carried = await readEmbeddedWorkflow(two ?? Buffer.alloc(0));
    expect(stringifyLossless(carried?.workflow)).toBe(JSON.stringify(colourWorkflow));
  });

  it('says what keeps a workflow from running', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snug-workflow-'));
    const file = join(folder, 'editor.json');
    await writeFile(file, JSON.stringify({ ...colourWorkflow, nodes: [{ id: 8, type: 'FaceDetailer' }] }));
    const { code, stderr } = await runCommand(['run', file], { cwd: folder });
    expect(stderr).toContain('editor.json cannot be converted to a prompt');
    expect(stderr).toContain('Node 8 is of type "FaceDetailer"');
    expect(code).toBe(2);
  });
});

const checkpoint = join(repository, 'demo', 'models', 'checkpoints', 'snug-demo.safetensors');
const hasCheckpoint = await access(checkpoint).then(
  () => true,
  () => false,
);

describe.runIf(hasCheckpoint)('the demo as an editor saves it', () => {
  it('draws the same picture as the prompt, pixel for pixel', async () => {
    // A server each: one alone would recognise the second as what it has just drawn.
    const drawOn = async (name: string) => {
      await using server = await startServerProcess({
        flags: ['--models-directory', join(repository, 'demo', 'models')],
      });
      const prompt = JSON.parse(await readFile(join(repository, 'examples', name), 'utf8')) as JsonValue;
      // Awaited here: the server ends with this block.
      return await draw(server.url, { prompt, client_id: 'workflow-test' }, '7');
    };
    const expected = await drawOn('demo.json');
    const drawn = await drawOn('demo-workflow.json');
    expect(drawn.pixels.length).toBeGreaterThan(1000);
    expect(drawn.pixels.equals(expected.pixels)).toBe(true);
    const carried = (await readEmbeddedWorkflow(drawn.bytes))?.prompt ?? {};
    expect(Object.keys(carried)).toEqual(expect.arrayContaining(['12:5', '12:4', '12:6']));
    expect(at(carried, '12:5', 'inputs', 'seed')).toBe(7);
  });
});
