// Golden folder `nodes`: every case calls a built-in node with the inputs that the case describes and compares its outputs.
// What cannot be called in this way (sets of text cases, nodes that make operations for other nodes) has an adapter below.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { floatsToBytes } from '../../engine/src/media/byte-image.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import type { GoldenFile } from './golden-file.ts';
import { compareGoldenValue, type GoldenSource, goldenValue } from './golden-values.ts';
import { builtinNode, callNode } from './node-call.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

export const nodes: ParitySuite = {
  folder: 'nodes',
  groupOf: ({ op }) => op,
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const adapter = adapters.find(({ ops }) => ops.test(goldenCase.op));
    return (adapter?.run ?? runDescribed)(goldenCase, context);
  },
};

interface Adapter {
  readonly ops: RegExp;
  run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome>;
}

const adapters: readonly Adapter[] = [
  { ops: /^LatentApplyOperation\(/, run: runOperation },
  { ops: /^string\/regex\/primitive nodes$/, run: runTexts },
  { ops: /^(LoadImage|LoadImageMask|LoadLatent)$/, run: runFile },
  { ops: /^image float to 8-bit/, run: runBytes },
  { ops: /^FluxKontextImageScale$/, run: runSubsampled },
];

const missing = (op: string): ParityOutcome => ({ skipped: `node ${op}` });

async function runDescribed(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const { op, params } = goldenCase;
  const node = builtinNode(op);
  if (node === undefined) return missing(op);
  const file = goldenCase.file === undefined ? undefined : await context.tensors(goldenCase);
  const inputs = inputsOf({ descriptors: params, file });
  if (goldenCase.note?.startsWith('reference raises') === true)
    return failedAsRecorded(callNode(node, inputs, context.folderPath));
  const outputs = await callNode(node, inputs, context.folderPath);
  const comparison = new Comparison(toleranceOf(goldenCase));
  const expected: GoldenSource = { descriptors: (goldenCase['outputs'] ?? {}) as GoldenCase['params'], file };
  for (const [i, output] of outputs.entries()) compareGoldenValue(`out.${i}`, output, expected, comparison);
  return comparison.outcome();
}

async function failedAsRecorded(call: Promise<unknown>): Promise<ParityOutcome> {
  const comparison = new Comparison(0);
  comparison.equal(
    'the call fails',
    await call.then(
      () => 'answered',
      () => 'failed',
    ),
    'failed',
  );
  return comparison.outcome();
}

/** Arguments by name: everything whose path starts with `in.NAME`. */
function inputsOf(source: GoldenSource): Record<string, unknown> {
  const paths = [...Object.keys(source.descriptors), ...(source.file?.names ?? [])].filter(path =>
    path.startsWith('in.'),
  );
  const names = new Set(paths.map(path => path.split('.')[1] ?? ''));
  return Object.fromEntries([...names].map(name => [name, goldenValue(`in.${name}`, source)]));
}

/** A latent operation, applied to latents. */
async function runOperation(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const name = goldenCase.op.slice('LatentApplyOperation('.length, -1);
  const [maker, apply] = [builtinNode(name), builtinNode('LatentApplyOperation')];
  if (maker === undefined || apply === undefined) return missing(maker === undefined ? name : 'LatentApplyOperation');
  const file = await context.tensors(goldenCase);
  const [operation] = await callNode(maker, goldenCase.params, context.folderPath);
  const samples = { samples: tensorOf(file, 'in.samples') };
  const [result] = await callNode(apply, { samples, operation }, context.folderPath);
  return comparedTensor(goldenCase, file, 'out.samples', (result as { samples: Tensor }).samples);
}

interface TextCase {
  readonly node: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly unknown[] | { readonly error: string };
}

async function runTexts({ params }: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const cases = JSON.parse(await readFile(join(context.folderPath, String(params['file'])), 'utf8')) as TextCase[];
  const comparison = new Comparison(0);
  const leftOut = new Set<string>();
  for (const [i, { node: id, inputs, outputs }] of cases.entries()) {
    const node = builtinNode(id);
    if (node === undefined) {
      leftOut.add(id);
      continue;
    }
    const call = callNode(node, inputs, context.folderPath);
    if (!('error' in outputs)) comparison.equal(`${id} (${i})`, await call, outputs);
    else
      comparison.equal(
        `${id} (${i}) fails`,
        await call.then(
          () => 'answered',
          () => 'failed',
        ),
        'failed',
      );
  }
  if (leftOut.size > 0 && cases.every(({ node }) => leftOut.has(node))) return missing('of texts and primitives');
  return { ...comparison.outcome(), ...(leftOut.size > 0 && { leftOut: [...leftOut].join(', ') }) };
}

/** A file of the golden folder, read by a loader. */
async function runFile(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const node = builtinNode(goldenCase.op);
  if (node === undefined) return missing(goldenCase.op);
  const outputs = await callNode(node, goldenCase.params, context.folderPath);
  const file = await context.tensors(goldenCase);
  const comparison = new Comparison(toleranceOf(goldenCase));
  for (const [i, name] of file.names.entries()) {
    const output = outputs[i] as Tensor | { readonly samples: Tensor };
    compareGoldenValue(name, 'samples' in output ? output.samples : output, { descriptors: {}, file }, comparison);
  }
  return comparison.outcome();
}

/** The rule by which pictures become bytes. */
async function runBytes(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const file = await context.tensors(goldenCase);
  const comparison = new Comparison(toleranceOf(goldenCase));
  comparison.values('u8', floatsToBytes(file.float32('x')), file.get('u8').data);
  return comparison.outcome();
}

/** Large results are recorded at every 16th pixel. */
async function runSubsampled(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
  const node = builtinNode(goldenCase.op);
  if (node === undefined) return missing(goldenCase.op);
  const file = await context.tensors(goldenCase);
  const [output] = (await callNode(node, { image: tensorOf(file, 'in.image') }, context.folderPath)) as [Tensor];
  const [, height = 0, width = 0, channels = 0] = output.dims;
  const picked: number[] = [];
  for (let y = 0; y < height; y += 16) {
    for (let x = 0; x < width; x += 16)
      picked.push(...output.data.slice((y * width + x) * channels, (y * width + x + 1) * channels));
  }
  const comparison = new Comparison(toleranceOf(goldenCase));
  comparison.equal('size', [height, width], goldenCase.params['output_size_hw']);
  comparison.values('out', picked, file.get('out.sub16_f16').data);
  return comparison.outcome();
}

function comparedTensor(goldenCase: GoldenCase, file: GoldenFile, name: string, actual: Tensor): ParityOutcome {
  const comparison = new Comparison(toleranceOf(goldenCase));
  compareGoldenValue(name, actual, { descriptors: {}, file }, comparison);
  return comparison.outcome();
}

function tensorOf(file: GoldenFile, name: string): Tensor {
  return { data: file.float32(name), dims: file.get(name).dims };
}
