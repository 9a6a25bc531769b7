// Several conditions, each with its region and weight, evaluated in as few network calls as possible and averaged: at
// every cell sum(weight * estimate) / sum(weight). Conditions of equal shape share one batched call.
import type { CallOptions } from '../../models/model.ts';
import { elementCount, type Tensor } from '../../tensor/tensor.ts';
import type { Condition } from './condition.ts';
import { withDefaults } from './default-conditions.ts';
import type { Denoiser } from './denoiser.ts';
import type { Region } from './region.ts';

/** Where no condition applies the sum of weights is this, so that the estimate is 0 and not 0 / 0. */
const leastWeight = 1e-37;

interface Contribution {
  readonly condition: Condition;
  /** Shape of the region. */
  readonly estimate: Float32Array;
}

interface Job {
  readonly condition: Condition;
  /** Index of the group that the estimate belongs to. */
  readonly group: number;
}

/**
 * Estimates of the clean latent, one per group of conditions (positive, negative, ...).
 * @param x noisy latents [batch, channels, ..., height, width]
 */
export async function estimateGroups(
  denoiser: Denoiser,
  groups: readonly (readonly Condition[])[],
  x: Tensor,
  sigma: number,
  options?: CallOptions,
): Promise<Float32Array[]> {
  const contributions = groups.map((): Contribution[] => []);
  const jobs = groups.flatMap((conditions, group) => {
    const active = conditions.filter(condition => isActive(condition, sigma));
    return withDefaults(active, x.dims).map((condition): Job => ({ condition, group }));
  });
  for (const batch of batchesOf(jobs)) {
    options?.signal?.throwIfAborted();
    const crops = batch.map(({ condition }) => cropRegion(x, condition.region));
    const { control } = batch[0]!.condition;
    const context = contextOf(
      batch.map(({ condition }) => condition),
      x.dims[0]!,
    );
    const input = { x: concatenate(crops), sigma, context, control };
    const { data } = await denoiser(input, options);
    const size = data.length / batch.length;
    batch.forEach(({ condition, group }, i) => {
      const estimate = data.subarray(i * size, (i + 1) * size);
      contributions[group]!.push({ condition, estimate });
    });
  }
  return contributions.map(list => weightedMean(list, x.dims));
}

function isActive({ startSigma, endSigma }: Condition, sigma: number): boolean {
  return sigma <= startSigma && sigma >= endSigma;
}

/** Jobs whose inputs have the same shape and ControlNets, in the order of their first member. */
function batchesOf(jobs: readonly Job[]): Job[][] {
  const batches: { readonly shape: string; readonly control: unknown; readonly jobs: Job[] }[] = [];
  for (const job of jobs) {
    const { region, context, control } = job.condition;
    const shape = [region?.height, region?.width, ...context.dims.slice(1)].join();
    const batch = batches.find(known => known.shape === shape && known.control === control);
    if (batch === undefined) batches.push({ shape, control, jobs: [job] });
    else batch.jobs.push(job);
  }
  return batches.map(batch => batch.jobs);
}

function cropRegion(x: Tensor, region: Region | undefined): Tensor {
  if (region === undefined) return x;
  const [rows, columns] = x.dims.slice(-2) as [number, number];
  const { top, left, height, width } = region;
  const planes = elementCount(x.dims.slice(0, -2));
  const data = new Float32Array(planes * height * width);
  for (let row = 0; row < planes * height; row++) {
    const start = (Math.floor(row / height) * rows + top + (row % height)) * columns + left;
    data.set(x.data.subarray(start, start + width), row * width);
  }
  return { data, dims: [...x.dims.slice(0, -2), height, width] };
}

/** The items of several tensors of the same shape, one after the other. */
function concatenate(tensors: readonly Tensor[]): Tensor {
  const [{ data, dims }] = tensors as readonly [Tensor];
  const all = new Float32Array(data.length * tensors.length);
  for (const [i, tensor] of tensors.entries()) all.set(tensor.data, i * data.length);
  return { data: all, dims: [dims[0]! * tensors.length, ...dims.slice(1)] };
}

/** The text embedding of each condition, once per item of the latent batch. */
export function contextOf(batch: readonly Pick<Condition, 'context'>[], items: number): Tensor {
  const { dims } = batch[0]!.context;
  const size = elementCount(dims.slice(1));
  const data = new Float32Array(batch.length * items * size);
  for (let i = 0; i < batch.length * items; i++) {
    const { context } = batch[Math.floor(i / items)]!;
    // An embedding with a batch of its own gives item n of the latents its item n.
    const source = (i % items) % context.dims[0]!;
    data.set(context.data.subarray(source * size, (source + 1) * size), i * size);
  }
  return { data, dims: [batch.length * items, ...dims.slice(1)] };
}

function weightedMean(contributions: readonly Contribution[], dims: readonly number[]): Float32Array {
  const [only] = contributions;
  if (only !== undefined && contributions.length === 1 && coversEvenly(only.condition)) return only.estimate.slice();
  const sum = new Float64Array(elementCount(dims));
  const total = new Float64Array(sum.length).fill(leastWeight);
  for (const contribution of contributions) addContribution(contribution, dims, sum, total);
  return Float32Array.from(sum, (value, i) => value / total[i]!);
}

function coversEvenly({ region, weight }: Condition): boolean {
  return region === undefined && typeof weight === 'number' && weight > 0;
}

function addContribution(
  { condition: { region, weight }, estimate }: Contribution,
  dims: readonly number[],
  sum: Float64Array,
  total: Float64Array,
): void {
  const [rows, columns] = dims.slice(-2) as [number, number];
  const { top, left, height, width } = region ?? { top: 0, left: 0, height: rows, width: columns };
  const planesPerItem = elementCount(dims.slice(1, -2));
  const weights = typeof weight === 'number' ? undefined : weight;
  for (let source = 0; source < estimate.length; source++) {
    const column = source % width;
    const row = Math.floor(source / width) % height;
    const plane = Math.floor(source / (width * height));
    const target = (plane * rows + top + row) * columns + left + column;
    const item = weights && Math.floor(plane / planesPerItem) % weights.dims[0]!;
    const share = item === undefined ? Number(weight) : weights!.data[(item * height + row) * width + column]!;
    sum[target] = sum[target]! + share * estimate[source]!;
    total[target] = total[target]! + share;
  }
}
