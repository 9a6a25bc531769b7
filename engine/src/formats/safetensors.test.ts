import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { openSafetensors } from './safetensors.ts';
import { type RawTensor, writeSafetensors } from './write-safetensors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
const freshPath = () => path.join(folder, `${count++}.safetensors`);

async function fileOf(header: string | Uint8Array, data: Uint8Array = new Uint8Array(), headerLength?: bigint) {
  const file = freshPath();
  const text = Buffer.from(header);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(headerLength ?? BigInt(text.length));
  await writeFile(file, Buffer.concat([prefix, text, data]));
  return file;
}

async function failureOf(file: string): Promise<EngineError> {
  const error = await openSafetensors(file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EngineError)) throw new Error(`expected an EngineError, got ${error}`, { cause: error });
  return error;
}

const bytesOf = (array: ArrayBufferView<ArrayBuffer>) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('a written file', () => {
  test('reads back with its metadata, shapes, offsets and values', async () => {
    const file = freshPath();
    await writeSafetensors(
      file,
      [
        ['a', { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] }],
        ['scalar', { data: Float32Array.of(7), dims: [] }],
        ['empty', { data: new Float32Array(), dims: [0, 4] }],
        ['__proto__', { data: Float32Array.of(8), dims: [1] }],
      ],
      { metadata: { prompt: '{"é":1}' } },
    );
    const opened = await openSafetensors(file);
    expect(opened.metadata).toEqual(new Map([['prompt', '{"é":1}']]));
    expect([...opened.tensors.keys()]).toEqual(['a', 'scalar', 'empty', '__proto__']);
    expect(opened.dataOffset).toBe(8 + opened.headerLength);
    expect(opened.dataOffset % 8).toBe(0);
    expect(opened.tensors.get('scalar')).toEqual({
      dtype: 'F32',
      shape: [],
      offset: opened.dataOffset + 24,
      byteLength: 4,
    });
    expect(await opened.readTensor('a')).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] });
    expect((await opened.readTensor('empty')).data).toHaveLength(0);
    expect((await opened.readTensor('__proto__')).data).toEqual(Float32Array.of(8));
    await expect(opened.readTensor('b')).rejects.toThrow('has no tensor "b"');
  });

  test.each<[string, Uint8Array, number[]]>([
    ['F64', bytesOf(Float64Array.of(0.5, -3)), [0.5, -3]],
    ['F32', bytesOf(Float32Array.of(0.5, -3)), [0.5, -3]],
    ['F16', Uint8Array.of(0x00, 0x38, 0x00, 0xc2), [0.5, -3]],
    ['BF16', Uint8Array.of(0x00, 0x3f, 0x40, 0xc0), [0.5, -3]],
    ['F8_E4M3', Uint8Array.of(0x30, 0xc4), [0.5, -3]],
    ['F8_E5M2', Uint8Array.of(0x38, 0xc2), [0.5, -3]],
    ['I64', bytesOf(BigInt64Array.of(-5n, 3n)), [-5, 3]],
    ['U64', bytesOf(BigUint64Array.of(5n, 3n)), [5, 3]],
    ['I32', bytesOf(Int32Array.of(-5, 3)), [-5, 3]],
    ['U32', bytesOf(Uint32Array.of(2 ** 31, 3)), [2 ** 31, 3]],
    ['I16', bytesOf(Int16Array.of(-5, 3)), [-5, 3]],
    ['U16', bytesOf(Uint16Array.of(65535, 3)), [65535, 3]],
    ['I8', bytesOf(Int8Array.of(-5, 3)), [-5, 3]],
    ['U8', Uint8Array.of(255, 3), [255, 3]],
    ['BOOL', Uint8Array.of(1, 0), [1, 0]],
  ])('converts %s to float32', async (dtype, bytes, values) => {
    const file = freshPath();
    // The first tensor shifts the second to an odd offset, which aligned views could not read in place.
    await writeSafetensors(file, [
      ['shift', { dtype: 'U8', shape: [1], bytes: Uint8Array.of(0) }],
      ['x', { dtype, shape: [2], bytes } as RawTensor],
    ]);
    const opened = await openSafetensors(file);
    expect([...(await opened.readTensor('x')).data]).toEqual(values);
    expect(await opened.readRaw('x')).toEqual(new Uint8Array(bytes));
  });

  test('can store float32 as halves', async () => {
    const file = freshPath();
    await writeSafetensors(file, [['x', { data: Float32Array.of(1.5, -0.25), dims: [2] }]], { dtype: 'F16' });
    const opened = await openSafetensors(file);
    expect(opened.tensors.get('x')?.dtype).toBe('F16');
    expect([...(await opened.readTensor('x')).data]).toEqual([1.5, -0.25]);
  });

  test('is refused when a tensor contradicts its shape or a name comes twice, and nothing is left behind', async () => {
    const one = { data: Float32Array.of(1), dims: [1] };
    const file = freshPath();
    await expect(writeSafetensors(file, [['x', { ...one, dims: [2] }]])).rejects.toThrow('8 bytes long');
    await expect(
      writeSafetensors(file, [
        ['x', one],
        ['x', one],
      ]),
    ).rejects.toThrow('unused so far');
    await expect(writeSafetensors(file, [['__metadata__', one]])).rejects.toThrow('unused so far');
    await expect(openSafetensors(file)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('keeps its identity through links and loses it when rewritten', async () => {
    const file = freshPath();
    const link = freshPath();
    await writeSafetensors(file, [['x', { data: Float32Array.of(1), dims: [1] }]]);
    await symlink(file, link);
    const before = await openSafetensors(file);
    const linked = await openSafetensors(link);
    expect(linked.path).toBe(before.path);
    expect(linked.identity).toBe(before.identity);
    await utimes(file, 1, 1);
    expect((await openSafetensors(file)).identity).not.toBe(before.identity);
  });
});

describe('a damaged file', () => {
  const entry = (fields: object) =>
    JSON.stringify({ t: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...fields } });
  const four = new Uint8Array(4);

  test.each<[string, string | Uint8Array, string]>([
    ['no JSON', 'not json', 'its header is not JSON'],
    ['broken UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'its header is not JSON'],
    ['an array', '[]', 'its header is not a JSON object'],
    ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'its header is not a JSON object'],
    ['a deeply nested shape', entry({}).replace('[1]', '['.repeat(9999) + ']'.repeat(9999)), 'no list of sizes'],
    ['a tensor that is a number', '{"t":1}', 'tensor "t" is not described by an object'],
    ['an unknown type', entry({ dtype: 'F31' }), 'unknown type "F31"'],
    ['a type named like an object method', entry({ dtype: 'toString' }), 'unknown type "toString"'],
    ['no type', '{"t":{}}', 'unknown type undefined'],
    ['a fractional size', entry({ shape: [0.5] }), 'the shape [0.5]'],
    ['a negative size', entry({ shape: [-1] }), 'the shape [-1]'],
    ['a shape that is a text', entry({ shape: 'x' }), 'the shape "x"'],
    ['negative offsets', entry({ data_offsets: [-4, 0] }), 'the data_offsets [-4,0]'],
    ['fractional offsets', entry({ data_offsets: [0, 4.5] }), 'the data_offsets [0,4.5]'],
    ['reversed offsets', entry({ data_offsets: [4, 0] }), 'the data_offsets [4,0]'],
    ['three offsets', entry({ data_offsets: [0, 4, 8] }), 'the data_offsets [0,4,8]'],
    ['offsets as texts', entry({ data_offsets: ['0', '4'] }), 'the data_offsets ["0","4"]'],
    ['offsets beyond the end', entry({ shape: [2], data_offsets: [0, 8] }), 'but the file has'],
    ['too few bytes for the shape', entry({ shape: [2] }), 'F32 [2], needs 8 bytes but has 4'],
    ['a shape whose product overflows', entry({ shape: [2 ** 40, 2 ** 40] }), 'bytes but has 4'],
    ['the same tensor twice', `{${entry({}).slice(1, -1)},${entry({}).slice(1)}`, 'the same key twice'],
    ['the same field twice', entry({}).replace('"shape"', '"dtype":"F32","shape"'), 'the same key twice'],
    ['metadata that is a list', '{"__metadata__":[]}', '"__metadata__" is not an object'],
    ['metadata that is a number', '{"__metadata__":{"a:b\\"":1}}', 'is not a text'],
  ])('with %s is refused by name', async (_, header, reason) => {
    const file = await fileOf(header, four);
    const error = await failureOf(file);
    expect(error.code).toBe('SAFETENSORS_DAMAGED');
    expect(error.message).toContain(`"${error.details['path']}" is not a valid safetensors file`);
    expect(error.message).toContain(reason);
    expect(error.message.length).toBeLessThan(600);
  });

  test('with overlapping tensors is refused', async () => {
    const header = {
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
      b: { dtype: 'F32', shape: [1], data_offsets: [2, 6] },
    };
    const error = await failureOf(await fileOf(JSON.stringify(header), new Uint8Array(8)));
    expect(error.message).toContain('tensors "a" and "b" overlap');
  });

  test.each([
    ['nothing', new Uint8Array(0), 'it has 0 bytes'],
    ['seven bytes', new Uint8Array(7), 'it has 7 bytes'],
    ['a length of 2^64 - 1', new Uint8Array(64).fill(255), 'it claims a header of 18446744073709551615 bytes'],
    ['a length beyond the end', Uint8Array.of(100, 0, 0, 0, 0, 0, 0, 0, 0x7b), 'does not fit into 9 bytes'],
    ['a length of zero', new Uint8Array(8), 'its header is not JSON'],
  ])('of %s is refused', async (_, bytes, reason) => {
    const file = freshPath();
    await writeFile(file, bytes);
    expect((await failureOf(file)).message).toContain(reason);
  });

  test('that shrinks after it was opened fails at the read', async () => {
    const file = freshPath();
    await writeSafetensors(file, [['x', { data: new Float32Array(100), dims: [100] }]]);
    const opened = await openSafetensors(file);
    await truncate(file, opened.dataOffset + 10);
    await expect(opened.readTensor('x')).rejects.toMatchObject({ code: 'SAFETENSORS_DAMAGED' });
  });

  test('of any bytes at all gives an engine error or a table inside the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.boolean(), async (bytes, isPrefixed) => {
        const file = isPrefixed ? await fileOf(bytes) : freshPath();
        if (!isPrefixed) await writeFile(file, bytes);
        await expectSafe(file);
      }),
      { numRuns: 150 },
    );
  });

  test('of any JSON gives an engine error or a table inside the file', async () => {
    const word = fc.constantFrom('F32', 'F16', 'U8', 'X', 't', 'dtype', 'shape', 'data_offsets', '__metadata__');
    const size = fc.oneof(fc.integer({ min: -2, max: 9 }), fc.double(), fc.constant(2 ** 53));
    const field = fc.record(
      {
        dtype: fc.oneof(word, fc.jsonValue()),
        shape: fc.oneof(fc.array(size, { maxLength: 3 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(size, size), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.oneof(word, fc.string()), fc.oneof(field, fc.jsonValue())), async header => {
        await expectSafe(await fileOf(JSON.stringify(header), new Uint8Array(16)));
      }),
      { numRuns: 300 },
    );
  });

  test('cut or changed anywhere never crashes', async () => {
    const file = freshPath();
    await writeSafetensors(file, [
      ['a', { data: Float32Array.of(1, 2), dims: [2] }],
      ['b', { data: Float32Array.of(3), dims: [1, 1] }],
    ]);
    const whole = await readFile(file);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 }),
        async (length, changes) => {
          const bytes = Uint8Array.from(whole);
          for (const [position, value] of changes) bytes[position] = value;
          const damagedPath = freshPath();
          await writeFile(damagedPath, bytes.subarray(0, changes.length === 0 ? length : whole.length));
          await expectSafe(damagedPath);
        },
      ),
      { numRuns: 300 },
    );
  });

  async function expectSafe(file: string) {
    try {
      const opened = await openSafetensors(file);
      for (const name of opened.tensors.keys()) {
        expect((await opened.readRaw(name)).length).toBe(opened.tensors.get(name)?.byteLength);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
    }
  }
});

describe('a path that is no file', () => {
  test('is named in the error', async () => {
    expect(await failureOf(path.join(folder, 'missing'))).toMatchObject({ code: 'FILE_UNREADABLE' });
    const error = await failureOf(folder);
    expect(error.code).toBe('NOT_A_FILE');
    expect(error.message).toContain(path.basename(folder));
  });

  test.skipIf(process.platform === 'win32')('does not block when it is a named pipe', async () => {
    const pipe = freshPath();
    execFileSync('mkfifo', [pipe]);
    expect(await failureOf(pipe)).toMatchObject({ code: 'NOT_A_FILE' });
  });
});

test('gaps between tensors and after the last one are allowed', async () => {
  const header = { t: { dtype: 'U8', shape: [2], data_offsets: [3, 5] } };
  const opened = await openSafetensors(await fileOf(JSON.stringify(header), Uint8Array.of(1, 2, 3, 4, 5, 6)));
  expect([...(await opened.readRaw('t'))]).toEqual([4, 5]);
});
