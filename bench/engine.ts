// Speed and memory of the engine on a full-size Stable Diffusion 1.5 checkpoint. Run in a process of its own (see main.ts),
// so that peak and private memory are the engine's.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createEngine, type Engine, type LoadedCheckpoint, type Tensor } from '@snug/engine';

export interface EngineFigures {
  readonly loadSeconds: number;
  readonly textSeconds: number;
  readonly unetFirstSeconds: number;
  /** Conditional and unconditional evaluation of one step, median. */
  readonly unetStepSeconds: Readonly<Record<string, number>>;
  readonly vaeDecodeSeconds: Readonly<Record<string, number>>;
  readonly privateMiB: number;
  readonly peakMiB: number;
}

const seconds = (begin: number): number => Number(((performance.now() - begin) / 1000).toFixed(2));
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function noise(dims: readonly number[]): Tensor {
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * 12.9898) * 1.4;
  return { data, dims };
}

function statusMiB(key: string): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Math.round(Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024);
}

async function unetStep(loaded: LoadedCheckpoint, side: number, context: Tensor): Promise<number> {
  const begin = performance.now();
  await loaded.model.predict({
    x: noise([2, 4, side / 8, side / 8]),
    timesteps: new Float32Array([500, 500]),
    context,
  });
  return seconds(begin);
}

/** @param checkpoint path of a Stable Diffusion 1.5 checkpoint. */
export async function measureEngine(
  checkpoint: string,
  sides: readonly number[],
  repeats: number,
): Promise<EngineFigures> {
  await using engine: Engine = createEngine({ threaded: false });
  const begin = performance.now();
  const loaded = await engine.loadCheckpoint(checkpoint);
  const loadSeconds = seconds(begin);
  const textBegin = performance.now();
  const embedding = (await loaded.clip.encode('a photo of a cat'))[0]?.[0];
  if (!embedding) throw new Error('The text encoder gave nothing.');
  const textSeconds = seconds(textBegin);
  const context = twice(embedding);
  const unetFirstSeconds = await unetStep(loaded, sides[0] ?? 256, context);
  const unetStepSeconds: Record<string, number> = {};
  const vaeDecodeSeconds: Record<string, number> = {};
  for (const side of sides) {
    const times: number[] = [];
    for (let i = 0; i < repeats; i++) times.push(await unetStep(loaded, side, context));
    unetStepSeconds[`${side}x${side}`] = median(times);
  }
  const privateMiB = statusMiB('RssAnon');
  for (const side of sides) {
    await loaded.vae.decode(noise([1, 4, side / 8, side / 8]));
    const decodeBegin = performance.now();
    await loaded.vae.decode(noise([1, 4, side / 8, side / 8]));
    vaeDecodeSeconds[`${side}x${side}`] = seconds(decodeBegin);
  }
  return {
    loadSeconds,
    textSeconds,
    unetFirstSeconds,
    unetStepSeconds,
    vaeDecodeSeconds,
    privateMiB,
    peakMiB: statusMiB('VmHWM'),
  };
}

function twice(tensor: Tensor): Tensor {
  const data = new Float32Array(tensor.data.length * 2);
  data.set(tensor.data);
  data.set(tensor.data, tensor.data.length);
  return { data, dims: [2, ...tensor.dims.slice(1)] };
}
