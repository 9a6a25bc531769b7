// Arithmetic on CONDITIONING: nodes mix, join and erase embeddings. Entries are never changed, copies are. Golden data, cases
// `ConditioningAverage`, `ConditioningConcat` and `ConditioningZeroOut`.
import { EngineError } from '../errors.ts';
import type { Conditioning, ConditioningEntry, ConditioningOptions } from '../models/model.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { weightedSum } from './weighted-sum.ts';

/** Each entry with further options. */
export function withConditioningOptions(conditioning: Conditioning, options: ConditioningOptions): Conditioning {
  return conditioning.map(([embedding, own]) => [embedding, { ...own, ...options }]);
}

/**
 * strength * to + (1 - strength) * from, for each entry of `to` and the first one of `from`, whose embedding is cut or filled
 * with zeros to the same number of tokens. Pooled embeddings are mixed likewise; where only one side has one it is used.
 * @throws EngineError INVALID_ARGUMENT when `from` is empty or its embeddings have another width.
 */
export function averageConditioning(to: Conditioning, from: Conditioning, strength: number): Conditioning {
  const [source, sourceOptions] = firstOf(from);
  const fromPooled = pooledOf(sourceOptions);
  return to.map(([target, options]): ConditioningEntry => {
    checkWidths(target, source);
    const size = elementCount(target.dims.slice(-2));
    const filled = new Float32Array(size);
    filled.set(source.data.subarray(0, Math.min(size, elementCount(source.dims.slice(-2)))));
    // One text for all items of a batch.
    const other = target.data.map((_, i) => filled[i % size]!);
    const mixed = { data: mix(target.data, other, strength), dims: target.dims };
    if (fromPooled === undefined) return [mixed, options];
    const pooled = pooledOf(options) ?? fromPooled;
    const mixedPooled = { data: mix(pooled.data, fromPooled.data, strength), dims: pooled.dims };
    return [mixed, { ...options, pooled_output: mixedPooled }];
  });
}

/**
 * The tokens of the first entry of `from` after those of each entry of `to`.
 * @throws EngineError INVALID_ARGUMENT when `from` is empty or its embeddings have another width.
 */
export function concatConditioning(to: Conditioning, from: Conditioning): Conditioning {
  const [source] = firstOf(from);
  return to.map(([target, options]): ConditioningEntry => {
    checkWidths(target, source);
    const [items = 1, tokens = 0, width = 0] = target.dims;
    const added = source.dims[1] ?? 0;
    const data = new Float32Array(items * (tokens + added) * width);
    for (let item = 0; item < items; item++) {
      const start = item * (tokens + added) * width;
      data.set(target.data.subarray(item * tokens * width, (item + 1) * tokens * width), start);
      const place = (item % (source.dims[0] ?? 1)) * added * width;
      data.set(source.data.subarray(place, place + added * width), start + tokens * width);
    }
    return [{ data, dims: [items, tokens + added, width] }, options];
  });
}

/** Embeddings of nothing at all: every number is 0. */
export function zeroConditioning(conditioning: Conditioning): Conditioning {
  return conditioning.map(([embedding, options]): ConditioningEntry => {
    const pooled = pooledOf(options);
    return [zeros(embedding), pooled === undefined ? options : { ...options, pooled_output: zeros(pooled) }];
  });
}

function mix(to: Float32Array, from: Float32Array, strength: number): Float32Array {
  return weightedSum([strength, to], [1 - strength, from]);
}

function zeros({ data, dims }: Tensor): Tensor {
  return { data: new Float32Array(data.length), dims };
}

function pooledOf(options: ConditioningOptions): Tensor | undefined {
  return (options['pooled_output'] ?? undefined) as Tensor | undefined;
}

function firstOf(conditioning: Conditioning): ConditioningEntry {
  const [first] = conditioning;
  if (first !== undefined) return first;
  const expected = 'a list with at least one entry';
  throw new EngineError('INVALID_ARGUMENT', { name: 'conditioning_from', expected, actual: 'empty' });
}

function checkWidths(to: Tensor, from: Tensor): void {
  const [width, other] = [to.dims.at(-1), from.dims.at(-1)];
  if (width === other) return;
  const expected = `${width} numbers wide like conditioning_to`;
  throw new EngineError('INVALID_ARGUMENT', { name: 'conditioning_from', expected, actual: `${other} wide` });
}
