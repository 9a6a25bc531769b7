// Checking prompts and describing nodes: in the host, on what the child advertises.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLossless } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHostBench, type HostBench, isStartOf, promptOf } from './host-bench.ts';

let bench: HostBench;
beforeAll(async () => {
  bench = await createHostBench();
  await bench.host.start();
});
afterAll(() => bench.close());

const checkpoint = (name: string) => join(bench.folder, 'models', 'checkpoints', name);
const all = { targets: null };
const choice = (file: string) => promptOf({ 1: { class_type: 'TroubleChoice', inputs: { file } } });
const checked = (size: number) => promptOf({ 1: { class_type: 'TroubleChecked', inputs: { size } } });

describe('checking a prompt', () => {
  it('accepts a good one with coerced values and lossless numbers', async () => {
    const text =
      '{"1":{"class_type":"EmptyImage","inputs":{"width":"64","height":64.0,"batch_size":1,"color":0}},"2":{"class_type":"PreviewImage","inputs":{"images":["1",0]}}}';
    const outcome = await bench.host.validate(parseLossless(text) as never, all);
    expect(outcome).toMatchObject({ ok: true, outputs: ['2'], nodeErrors: {} });
    expect(outcome.ok && outcome.prompt['1']?.inputs).toEqual({ width: 64, height: 64, batch_size: 1, color: 0 });
  });

  it('answers problems as values', async () => {
    const outcome = await bench.host.validate(promptOf({ 1: { class_type: 'Nothing', inputs: {} } }), all);
    expect(outcome).toMatchObject({ ok: false, error: { details: "Node ID '#1'" } });
  });

  it('knows a file from the moment on in which it appears, and forgets it with the file', async () => {
    expect((await bench.host.validate(choice('new.safetensors'), all)).ok).toBe(false);
    await writeFile(checkpoint('new.safetensors'), '');
    expect((await bench.host.validate(choice('new.safetensors'), all)).ok).toBe(true);
    await rm(checkpoint('new.safetensors'));
    expect((await bench.host.validate(choice('new.safetensors'), all)).ok).toBe(false);
  });

  it('asks the validator of a node in the child, and passes on what it throws', async () => {
    expect((await bench.host.validate(checked(1), all)).ok).toBe(true);
    const refused = await bench.host.validate(checked(-1), all);
    expect(refused.nodeErrors['1']?.errors[0]).toMatchObject({
      type: 'custom_validation_failed',
      details: 'size - no size -1',
    });
    const thrown = await bench.host.validate(checked(13), all);
    expect(thrown.nodeErrors['1']?.errors[0]).toMatchObject({
      type: 'exception_during_validation',
      details: 'thirteen is not a size',
      extra_info: { exception_type: 'TypeError' },
    });
  });

  it('answers while a prompt is running', async () => {
    await bench.submit(
      'busy',
      { 1: { class_type: 'TroubleWait', inputs: {} }, 3: { class_type: 'TroubleShow', inputs: { value: ['1', 0] } } },
      ['3'],
    );
    await bench.event(event => isStartOf(event, 'busy', '1'));
    expect((await bench.host.validate(checked(1), all)).ok).toBe(true);
    await bench.host.interrupt();
    await bench.finished('busy');
  });
});

describe('describing nodes', () => {
  it('keeps a document until a list of files changes', async () => {
    const first = await bench.host.objectInfo();
    expect(await bench.host.objectInfo()).toBe(first);
    expect(first.etag).toMatch(/^"[\w-]+"$/);

    await mkdir(join(bench.folder, 'models', 'checkpoints', 'sub'), { recursive: true });
    await writeFile(checkpoint('sub/other.safetensors'), '');
    const second = await bench.host.objectInfo();
    expect(second.etag).not.toBe(first.etag);
    expect(JSON.parse(second.json)['TroubleChoice'].input.required.file[0]).toEqual(['sub/other.safetensors']);
    expect(JSON.parse(second.json)['CheckpointLoaderSimple'].input.required.ckpt_name[0]).toEqual([
      'sub/other.safetensors',
    ]);
  });

  it('lists input images that were just uploaded', async () => {
    await writeFile(join(bench.folder, 'input', 'fresh.png'), '');
    const info = await bench.host.objectInfoOf('LoadImage');
    expect(JSON.parse(info.json)['LoadImage'].input.required.image[0]).toEqual(['fresh.png']);
  });

  it('keeps numbers that JavaScript would lose', async () => {
    const { json } = await bench.host.objectInfoOf('KSampler');
    expect(json).toContain('"max":18446744073709551615');
    expect(json).toContain('"default":8.0');
  });

  it('answers one class like the whole, and nothing for a class that nobody knows', async () => {
    const one = JSON.parse((await bench.host.objectInfoOf('PreviewImage')).json);
    expect(one).toEqual({ PreviewImage: JSON.parse((await bench.host.objectInfo()).json)['PreviewImage'] });
    expect((await bench.host.objectInfoOf('__proto__')).json).toBe('{}');
  });

  it('describes a CPU by the memory of the machine', async () => {
    const [device] = await bench.host.devices();
    expect(device).toMatchObject({ name: 'cpu', type: 'cpu', index: null });
    expect(device?.vramTotalBytes).toBeGreaterThan(device?.vramFreeBytes ?? Number.POSITIVE_INFINITY);
  });
});
