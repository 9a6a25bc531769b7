// A condition marked as default stands in where the others leave the picture uncovered: at each cell it weighs what is
// missing to a full weight of 1 (nodes `...SetDefaultCombine`).
import { elementCount } from '../../tensor/tensor.ts';
import type { Condition } from './condition.ts';

/**
 * The conditions with the defaults' weights filled in; defaults that are not needed anywhere are left out.
 * @param conditions those that are active at the current sigma
 * @param dims shape of the latent, [batch, channels, ..., height, width]
 */
export function withDefaults(conditions: readonly Condition[], dims: readonly number[]): readonly Condition[] {
  const defaults = conditions.filter(({ isDefault }) => isDefault);
  if (defaults.length === 0) return conditions;
  const others = conditions.filter(({ isDefault }) => !isDefault);
  const missing = missingWeights(others, dims);
  if (!missing.some(weight => weight > 0)) return others;
  const [height, width] = dims.slice(-2) as [number, number];
  const weight = { data: missing, dims: [missing.length / (height * width), height, width] };
  return [...others, ...defaults.map(condition => ({ ...condition, region: undefined, weight }))];
}

/** What is missing to 1 at each cell, [items, height, width]. */
function missingWeights(conditions: readonly Condition[], dims: readonly number[]): Float32Array {
  const [rows, columns] = dims.slice(-2) as [number, number];
  const items = Math.max(1, ...conditions.map(({ weight }) => (typeof weight === 'number' ? 1 : weight.dims[0]!)));
  const missing = new Float32Array(items * rows * columns).fill(1);
  for (const { region, weight } of conditions) {
    const { top, left, height, width } = region ?? { top: 0, left: 0, height: rows, width: columns };
    for (let i = 0; i < items * height * width; i++) {
      const item = Math.floor(i / (height * width));
      const cell = i % (height * width);
      const target = (item * rows + top + Math.floor(cell / width)) * columns + left + (cell % width);
      const share = typeof weight === 'number' ? weight : weight.data[i % elementCount(weight.dims)]!;
      missing[target] = Math.max(0, missing[target]! - share);
    }
  }
  return missing;
}
