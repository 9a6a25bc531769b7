// The full-size run of a golden tree: a Stable Diffusion 1.5 checkpoint, four Euler steps, compared with the recorded
// latent and picture. usage: npm run parity:full -- CHECKPOINT.safetensors GOLDEN_FOLDER   (with workflow.json,
// final.latent.safetensors, final.png)
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createEngine, decodeImage, imageToBytes, openSafetensors, sample, type Tensor } from '@snug/engine';

interface Workflow {
  readonly prompt: Readonly<Record<string, { readonly class_type: string; readonly inputs: Record<string, unknown> }>>;
}

const LATENT_LIMIT = 2e-3;
const PIXEL_SHARE = 0.999;

const [checkpoint, folder] = process.argv.slice(2);
if (checkpoint === undefined || folder === undefined) {
  console.error('usage: npm run parity:full -- CHECKPOINT.safetensors GOLDEN_FOLDER');
  process.exit(2);
}
const begin = performance.now();
const { prompt } = JSON.parse(readFileSync(path.join(folder, 'workflow.json'), 'utf8')) as Workflow;
const inputsOf = (classType: string, nth = 0): Record<string, unknown> =>
  Object.values(prompt).filter(node => node.class_type === classType)[nth]?.inputs ?? {};
const linked = (value: unknown): Record<string, unknown> => prompt[String((value as unknown[])[0])]?.inputs ?? {};

await using engine = createEngine({ threaded: false });
const { model, clip, vae } = await engine.loadCheckpoint(checkpoint);
const sampler = inputsOf('KSampler');
const size = linked(sampler['latent_image']);
const dims = [Number(size['batch_size']), 4, Number(size['height']) / 8, Number(size['width']) / 8];
const latent = await sample({
  model,
  positive: await clip.encode(String(linked(sampler['positive'])['text'])),
  negative: await clip.encode(String(linked(sampler['negative'])['text'])),
  latent: { samples: { data: new Float32Array(dims.reduce((a, b) => a * b)), dims } },
  seed: BigInt(String(sampler['seed'])),
  steps: Number(sampler['steps']),
  cfg: Number(sampler['cfg']),
  sampler: String(sampler['sampler_name']) as 'euler',
  scheduler: String(sampler['scheduler']) as 'normal',
  denoise: Number(sampler['denoise']),
});
const picture = imageToBytes(await vae.decode(latent));
console.log(`whole run ${((performance.now() - begin) / 1000).toFixed(1)} s`);

const golden = await openSafetensors(path.join(folder, 'final.latent.safetensors'));
const name = [...golden.tensors.keys()].find(key => golden.tensors.get(key)?.shape.length === 4) ?? '';
const worst = largestDifference(latent, await golden.readTensor(name)) / deviation(await golden.readTensor(name));
console.log(`latent: largest difference ${worst.toExponential(2)} of its standard deviation (limit ${LATENT_LIMIT})`);

const { image } = await decodeImage(readFileSync(path.join(folder, 'final.png')));
const expected = imageToBytes(image);
const near = picture.data.filter((value, i) => Math.abs(value - (expected.data[i] ?? Number.NaN)) <= 1).length;
const share = near / expected.data.length;
console.log(
  `picture: ${(share * 100).toFixed(3)} % of the values within one grey level (limit ${PIXEL_SHARE * 100} %)`,
);
process.exitCode = worst <= LATENT_LIMIT && share >= PIXEL_SHARE ? 0 : 1;

function deviation({ data }: Tensor): number {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
}

function largestDifference(a: Tensor, b: Tensor): number {
  if (a.data.length !== b.data.length) throw new Error(`The latent has dims ${a.dims}, the golden one ${b.dims}.`);
  return a.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b.data[i] ?? Number.NaN))), 0);
}
