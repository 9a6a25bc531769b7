import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { EngineError } from '../src/errors.ts';
import { openTensorFile } from '../src/formats/tensor-file.ts';
import { readTextualInversion } from '../src/tokenizers/textual-inversion.ts';
import {
  float32Tensor,
  PythonCall,
  pickled,
  type TorchTensor,
  type TorchValue,
  torchArchive,
  torchStream,
  zipArchive,
} from './torch-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'torch-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function fileOf(bytes: Uint8Array, extension = 'pth'): string {
  const file = path.join(folder, `${count++}.${extension}`);
  writeFileSync(file, bytes);
  return file;
}

async function failureOf(bytes: Uint8Array): Promise<EngineError> {
  const error = await openTensorFile(fileOf(bytes)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EngineError)) throw new Error(`no engine error, but ${String(error)}`);
  return error;
}

const containers = { 'a zip archive': torchArchive, 'a stream of pickles': torchStream } as const;
const dictOf = (entries: Record<string, TorchValue>): TorchValue => new Map(Object.entries(entries));
const weight = float32Tensor([2, 3], [1, 2, 3, 4, 5, 6]);
const bias = float32Tensor([2], [7, 8]);

describe.each(Object.entries(containers))('weights in %s', (_, write) => {
  test('are found by name, with type, shape and values', async () => {
    const half: TorchTensor = {
      dtype: 'F16',
      shape: [2],
      bytes: new Uint8Array(Uint16Array.of(0x3c00, 0xc000).buffer),
    };
    const file = await openTensorFile(fileOf(write(dictOf({ 'conv.weight': weight, 'conv.bias': bias, half }))));
    expect([...file.tensors.keys()]).toEqual(['conv.weight', 'conv.bias', 'half']);
    expect(file.tensors.get('conv.weight')).toMatchObject({ dtype: 'F32', shape: [2, 3], byteLength: 24 });
    expect(await file.readTensor('conv.weight')).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] });
    expect((await file.readTensor('half')).data).toEqual(Float32Array.of(1, -2));
  });

  test.each(['state_dict', 'params_ema', 'params', 'model'])('are taken out of the wrapper "%s"', async wrapper => {
    const file = await openTensorFile(fileOf(write(dictOf({ epoch: 3, [wrapper]: dictOf({ weight }) }))));
    expect([...file.tensors.keys()]).toEqual(['weight']);
  });

  test('are taken averaged where a file has both', async () => {
    const both = dictOf({ params: dictOf({ weight }), params_ema: dictOf({ weight: bias }) });
    expect((await openTensorFile(fileOf(write(both)))).tensors.get('weight')?.shape).toEqual([2]);
  });

  test('may share their bytes, start inside them and lie across them', async () => {
    const { bytes } = weight;
    const tensors: Record<string, TorchValue> = {
      whole: weight,
      tail: { dtype: 'F32', shape: [2], offset: 4, bytes },
      transposed: { dtype: 'F32', shape: [3, 2], strides: [1, 3], bytes },
    };
    const file = await openTensorFile(fileOf(write(dictOf(tensors))));
    expect((await file.readTensor('tail')).data).toEqual(Float32Array.of(5, 6));
    expect((await file.readTensor('transposed')).data).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(file.tensors.get('transposed')?.strides).toEqual([1, 3]);
  });

  test('come out of ordered dicts with attributes, parameters and what trainers leave beside them', async () => {
    const ordered = new PythonCall('collections', 'OrderedDict', [], dictOf({ _metadata: dictOf({}) }));
    const scalar = new PythonCall('numpy.core.multiarray', 'scalar', [1]);
    const parameter = new PythonCall('torch._utils', '_rebuild_parameter', [weight, true, ordered]);
    const file = await openTensorFile(fileOf(write(dictOf({ hooks: ordered, loss: scalar, parameter }))));
    expect([...file.tensors.keys()]).toEqual(['parameter']);
  });

  test('are refused together with anything that could run, by its name', async () => {
    const attack = dictOf({ weight, evil: new PythonCall('posix', 'system', ['touch /tmp/owned']) });
    const error = await failureOf(write(attack));
    expect(error.code).toBe('TORCH_FILE_REFUSED');
    expect(error.message).toContain('posix.system');
  });

  test.each([
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['torch', 'load'],
    ['torch.hub', 'load'],
    ['collections', 'OrderedDict.__class__'],
    ['numpy', 'load'],
    ['codecs', 'open'],
  ])('do not come with %s.%s', async (module, name) => {
    expect((await failureOf(write(dictOf({ weight, x: new PythonCall(module, name, []) })))).code).toBe(
      'TORCH_FILE_REFUSED',
    );
  });

  test.each<[string, TorchTensor]>([
    ['larger than their bytes', { ...weight, shape: [2, 4] }],
    ['beginning after their bytes', { ...weight, shape: [1], offset: 6 }],
    ['so large that sizes overflow', { ...weight, shape: [2 ** 30, 2 ** 30, 2 ** 30] }],
  ])('%s are damaged', async (_case, tensor) => {
    expect((await failureOf(write(dictOf({ tensor })))).code).toBe('TORCH_FILE_DAMAGED');
  });

  test('that repeat one element are not blown up', async () => {
    const huge = dictOf({ huge: { ...bias, shape: [2 ** 30, 2 ** 15], strides: [0, 0] } });
    expect((await failureOf(write(huge))).code).toBe('TORCH_FILE_UNSUPPORTED');
  });

  test('that are missing are said to be', async () => {
    for (const value of [dictOf({ epoch: 1 }), 'hello', null, [1, 2]]) {
      expect((await failureOf(write(value))).code).toBe('TORCH_FILE_UNSUPPORTED');
    }
  });

  test('cut off anywhere give an engine error or what was there', async () => {
    const bytes = write(dictOf({ state_dict: dictOf({ weight, bias }) }));
    for (let length = 4; length < bytes.length; length += 3) {
      expect((await failureOf(bytes.subarray(0, length))).code).toMatch(/^(TORCH_FILE|SAFETENSORS)_DAMAGED$/);
    }
  });

  test('changed anywhere never crash the reader or reach outside the file', async () => {
    const bytes = write(dictOf({ state_dict: dictOf({ weight, bias }) }));
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async all => {
        const changed = Uint8Array.from(bytes);
        for (const [place, byte] of all) changed[place] = byte;
        await requireSane(changed);
      }),
      { numRuns: 300 },
    );
  });
});

/** Either an engine error, or tensors that can be read. */
async function requireSane(bytes: Uint8Array): Promise<void> {
  const target = fileOf(bytes);
  try {
    const file = await openTensorFile(target);
    for (const [name, { shape }] of file.tensors) {
      expect((await file.readTensor(name)).data.length).toBe(shape.reduce((a, b) => a * b, 1));
    }
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
  } finally {
    rmSync(target);
  }
}

describe('a file of PyTorch', () => {
  test('of any instructions at all never crashes the reader', async () => {
    const codes = fc.constantFrom(
      ...'(.0125:BCFGIJKLMNPQRSTUVX]abcdeghjlpqrstu}\x80\x81\x85\x86\x88\x8a\x8b\x93\x94\x95',
    );
    const parts = fc.array(fc.oneof(codes, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(parts, async all => {
        await requireSane(zipArchive([['a/data.pkl', Buffer.from(`\x80\x02${all.join('')}.`, 'latin1')]]));
      }),
      { numRuns: 500 },
    );
  });

  test('of dicts inside dicts, thousands deep or inside themselves, is read at once', async () => {
    const deep = Buffer.from(`\x80\x02${'}X\x01\0\0\0a'.repeat(50_000)}N${'s'.repeat(50_000)}.`, 'latin1');
    expect((await failureOf(zipArchive([['a/data.pkl', deep]]))).code).toBe('TORCH_FILE_UNSUPPORTED');
    const endless = Buffer.from('\x80\x02}q\0X\x01\0\0\0ah\0s.', 'latin1');
    expect((await failureOf(zipArchive([['a/data.pkl', endless]]))).code).toBe('TORCH_FILE_UNSUPPORTED');
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['compressed', torchArchive(dictOf({ weight }), { method: 8 }), /compressed/],
    [
      'of a machine with another order of bytes',
      torchArchive(dictOf({ weight }), { byteorder: 'big' }),
      /order of bytes/,
    ],
    ['without contents', zipArchive([['readme.txt', Buffer.from('hi')]]), /data\.pkl/],
    [
      'of a TorchScript program',
      zipArchive([
        ['m/data.pkl', pickled(null).pickle],
        ['m/constants.pkl', pickled(null).pickle],
      ]),
      /TorchScript/,
    ],
  ])('that is an archive %s is refused with the reason', async (_, bytes, reason) => {
    const error = await failureOf(bytes);
    expect(error.code).toBe('TORCH_FILE_UNSUPPORTED');
    expect(error.message).toMatch(reason);
  });

  test('says which tensor has no bytes', async () => {
    const { pickle } = pickled(dictOf({ weight }));
    const error = await failureOf(zipArchive([['m/data.pkl', pickle]]));
    expect(error.code).toBe('TORCH_FILE_DAMAGED');
    expect(error.message).toContain('weight');
  });

  test('that is a safetensors file in disguise is read as what it is', async () => {
    const header = Buffer.from('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const file = await openTensorFile(fileOf(Buffer.concat([length, header, Buffer.alloc(4)]), 'ckpt'));
    expect([...file.tensors.keys()]).toEqual(['a']);
  });

  test('is read as a textual inversion', async () => {
    const vectors = float32Tensor([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
    const learned = dictOf({
      string_to_token: dictOf({ '*': 265 }),
      string_to_param: dictOf({ '*': vectors }),
      step: 500,
    });
    const rows = await readTextualInversion(fileOf(torchArchive(learned), 'pt'), 'clip_l');
    expect(rows).toEqual([Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)]);
  });

  test('of the first textual inversions, with a module of parameters, is read, too', async () => {
    const parameters = new PythonCall(
      'torch.nn.modules.container',
      'ParameterDict',
      [],
      dictOf({ training: true, _parameters: dictOf({ '*': float32Tensor([1, 2], [1, 2]) }) }),
    );
    const file = fileOf(torchStream(dictOf({ string_to_param: parameters })), 'pt');
    expect(await readTextualInversion(file, 'clip_l')).toEqual([Float32Array.of(1, 2)]);
  });
});
