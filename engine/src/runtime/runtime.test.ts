import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { openSafetensors } from '../formats/safetensors.ts';
import { writeSafetensors } from '../formats/write-safetensors.ts';
import { createGraph } from '../onnx/create-graph.ts';
import { externalInitializer, graphInput } from '../onnx/graph.ts';
import { Add } from '../onnx/operators/elementwise.ts';
import { FusedMatMul } from '../onnx/operators/linalg.ts';
import { Runtime, type RuntimeOptions } from './runtime.ts';
import type { SessionSource } from './session-source.ts';

const MB = 2 ** 20;
const folder = mkdtempSync(path.join(tmpdir(), 'snug-runtime-'));
const file = path.join(folder, 'weights.safetensors');
const runtimes: Runtime[] = [];

function runtimeWith(options: Partial<RuntimeOptions> = {}): Runtime {
  const runtime = new Runtime({ device: 'cpu', threads: 1, isThreaded: false, budgetBytes: 100 * MB, ...options });
  runtimes.push(runtime);
  return runtime;
}

/** y = x + w, with w = [1, 2, 3] in the file. */
async function additionOf(part: string, residentBytes = 10 * MB): Promise<SessionSource> {
  const { path: realPath, identity, tensors } = await openSafetensors(file);
  const entry = tensors.get('w');
  const location = path.basename(realPath);
  const data = { location, offset: entry?.offset ?? 0, length: entry?.byteLength ?? 0 };
  const x = graphInput('x', 'float32', ['n', 3]);
  const value = Add(x, externalInitializer('w', 'float32', [3], data));
  const outputs = [{ name: 'y', value, elementType: 'float32', dims: ['n', 3] } as const];
  return {
    file: { path: realPath, identity },
    part,
    variant: 'plain',
    graph: createGraph({ name: part, inputs: [x], outputs }),
    encoding: {},
    tuning: { optimization: 'extended' },
    residentBytes,
  };
}

const x = { data: Float32Array.of(10, 20, 30), dims: [1, 3] };
const requestOf = (source: SessionSource, activationBytes = 0) => {
  return { source, feeds: { x }, outputs: ['y'] as const, activationBytes, work: 'A sum' };
};

beforeEach(() => writeSafetensors(file, [['w', { data: Float32Array.of(1, 2, 3), dims: [3] }]]));
afterAll(async () => {
  for (const runtime of runtimes) await runtime.dispose();
  rmSync(folder, { recursive: true });
});

describe.each([false, true])('a runtime (on a worker thread: %s)', isThreaded => {
  test('computes with weights of the file and leaves its inputs alone', async () => {
    const { y } = await runtimeWith({ isThreaded }).run(requestOf(await additionOf('sum')));
    expect(y).toEqual({ data: Float32Array.of(11, 22, 33), dims: [1, 3] });
    expect(x.data).toEqual(Float32Array.of(10, 20, 30));
  });

  test('says what went wrong when onnxruntime refuses an input', async () => {
    const source = await additionOf('sum');
    const wrong = { ...requestOf(source), feeds: { x: { data: new Float32Array(4), dims: [1, 4] } } };
    const runtime = runtimeWith({ isThreaded });
    await expect(runtime.run(wrong)).rejects.toMatchObject({ code: 'RUN_FAILED', details: { part: 'sum' } });
    expect((await runtime.run(requestOf(source))).y.data).toEqual(Float32Array.of(11, 22, 33));
  });

  test('says what went wrong when a graph cannot be opened', async () => {
    const source = await additionOf('sum');
    const a = graphInput('x', 'float32', [1, 3]);
    const b = graphInput('b', 'float32', [1, 4]);
    const value = FusedMatMul(a, b, { transposeB: true });
    const outputs = [{ name: 'y', value, elementType: 'float32', dims: [1, 1] } as const];
    const broken = { ...source, graph: createGraph({ name: 'broken', inputs: [a, b], outputs }) };
    await expect(runtimeWith({ isThreaded }).run(requestOf(broken))).rejects.toMatchObject({ code: 'SESSION_FAILED' });
  });

  test('refuses a file that changed after it was opened', async () => {
    const source = await additionOf('sum');
    const runtime = runtimeWith({ isThreaded });
    await runtime.run(requestOf(source));
    writeFileSync(file, 'something else');
    await expect(runtime.run(requestOf(source))).rejects.toMatchObject({ code: 'MODEL_FILE_CHANGED' });
    rmSync(file);
    await expect(runtime.run(requestOf(source))).rejects.toMatchObject({ code: 'MODEL_FILE_CHANGED' });
  });

  test('does nothing after it was disposed of', async () => {
    const runtime = runtimeWith({ isThreaded });
    const source = await additionOf('sum');
    await runtime.run(requestOf(source));
    await runtime.dispose();
    expect(runtime.statistics()).toEqual({ sessionBytes: 0, openSessions: 0 });
    await expect(runtime.run(requestOf(source))).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
    await runtime.dispose();
  });
});

test('concurrent requests for one session open it once', async () => {
  const runtime = runtimeWith({ isThreaded: true });
  const source = await additionOf('sum');
  const results = await Promise.all(Array.from({ length: 5 }, () => runtime.run(requestOf(source))));
  expect(results.map(({ y }) => y.data[0])).toEqual([11, 11, 11, 11, 11]);
  expect(runtime.statistics()).toEqual({ sessionBytes: 10 * MB, openSessions: 1 });
});

test('the event loop turns while the thread computes', async () => {
  const runtime = runtimeWith({ isThreaded: true });
  const side = 640;
  const matrix = graphInput('x', 'float32', [side, side]);
  let value = FusedMatMul(matrix, matrix);
  for (let index = 0; index < 40; index++) value = FusedMatMul(value, matrix);
  const outputs = [{ name: 'y', value, elementType: 'float32', dims: [side, side] } as const];
  const graph = createGraph({ name: 'products', inputs: [matrix], outputs });
  const source = { ...(await additionOf('products')), graph };
  const feeds = { x: { data: new Float32Array(side * side), dims: [side, side] } };
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await runtime.run({ ...requestOf(source), feeds });
  turns = 0;
  await runtime.run({ ...requestOf(source), feeds });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(10); // a run on this thread would allow two or three
});

test('the least recently used session is closed when memory runs out', async () => {
  const runtime = runtimeWith({ budgetBytes: 25 * MB });
  const [a, b, c] = [await additionOf('a'), await additionOf('b'), await additionOf('c')];
  await runtime.run(requestOf(a));
  await runtime.run(requestOf(b));
  await runtime.run(requestOf(a));
  await runtime.run(requestOf(c));
  expect(runtime.statistics()).toEqual({ sessionBytes: 20 * MB, openSessions: 2 });
  await runtime.run(requestOf(a, 5 * MB)); // still open: 20 + 5 fit
  expect(runtime.statistics()).toEqual({ sessionBytes: 25 * MB, openSessions: 2 });
  await runtime.run(requestOf(b)); // opens again, c goes first and then there is room
  expect(runtime.statistics()).toEqual({ sessionBytes: 25 * MB, openSessions: 2 });
});

test('what a session keeps of its largest run counts, and goes when another needs the room', async () => {
  const runtime = runtimeWith({ budgetBytes: 60 * MB });
  const [a, b] = [await additionOf('a'), await additionOf('b')];
  await runtime.run(requestOf(a, 45 * MB));
  await runtime.run(requestOf(a, 5 * MB));
  expect(runtime.statistics()).toEqual({ sessionBytes: 55 * MB, openSessions: 1 });
  await runtime.run(requestOf(b));
  expect(runtime.statistics()).toEqual({ sessionBytes: 10 * MB, openSessions: 1 });
});

test('work beyond the budget is refused before anything is opened, with size and budget', async () => {
  const runtime = runtimeWith({ budgetBytes: 100 * MB });
  const source = await additionOf('sum', 60 * MB);
  await expect(runtime.run(requestOf(source, 50 * MB))).rejects.toMatchObject({
    code: 'ENGINE_OUT_OF_MEMORY',
    message:
      'A sum needs about 110.0 MB of memory, but the budget is 100.0 MB. Use a smaller picture or batch, or raise the budget.',
  });
  expect(runtime.statistics().openSessions).toBe(0);
  expect(runtime.fits(source, 40 * MB)).toBe(true);
  expect(runtime.fits(source, 41 * MB)).toBe(false);
});

test('an aborted signal keeps a waiting run from starting, and only that one', async () => {
  const runtime = runtimeWith({ isThreaded: true });
  const source = await additionOf('sum');
  const controller = new AbortController();
  const first = runtime.run(requestOf(source));
  const second = runtime.run({ ...requestOf(source), signal: controller.signal });
  const third = runtime.run(requestOf(source));
  controller.abort(new Error('interrupted'));
  await expect(second).rejects.toThrow('interrupted');
  expect((await first).y.data[0]).toBe(11);
  expect((await third).y.data[0]).toBe(11);
});

test('unloading waits for the run before it', async () => {
  const runtime = runtimeWith({ isThreaded: true });
  const run = runtime.run(requestOf(await additionOf('sum')));
  await runtime.unload();
  expect((await run).y.data[0]).toBe(11);
  expect(runtime.statistics().openSessions).toBe(0);
});

test.each(['webgpu', 'cuda'] as const)('%s computes the same, or says why it cannot be used', async device => {
  const runtime = runtimeWith({ device, isThreaded: true });
  const outcome = await runtime.run(requestOf(await additionOf('sum'))).catch(error => error);
  if (outcome instanceof EngineError) {
    expect(outcome.code).toMatch(/^DEVICE_UN(AVAILABLE|RELIABLE)$/);
    expect(outcome.message).toContain(`"${device}"`);
  } else expect(outcome.y.data).toEqual(Float32Array.of(11, 22, 33));
});
