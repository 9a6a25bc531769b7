// Guidance compares estimates of several sides (positive, negative, ...) at every cell. A condition that is limited to a
// region is therefore answered by the other sides in that same region and with the same weight: the network sees just the crop,
// so the estimate of the whole picture would be no fair comparison. Found in the golden cases `cond_area_*`.
import type { Condition } from './condition.ts';
import type { Region } from './region.ts';

/** All sides, each with the counterparts that the others' regions ask for. */
export function withCounterparts(sides: readonly (readonly Condition[])[]): readonly (readonly Condition[])[] {
  const answered = [...sides];
  for (const asking of sides.keys()) {
    for (const other of sides.keys()) {
      if (other === asking) continue;
      answered[other] = [...answered[other]!, ...counterparts(answered[asking]!, answered[other]!)];
    }
  }
  return answered;
}

/** For each condition with a region: its copy with the embedding of the narrowest condition of `others` around it. */
function counterparts(conditions: readonly Condition[], others: readonly Condition[]): Condition[] {
  const added: Condition[] = [];
  for (const condition of conditions) {
    const { region } = condition;
    if (region === undefined) continue;
    const around = narrowestAround(region, [...others, ...added]);
    if (around !== undefined && !isSameRegion(around.region, region))
      added.push({ ...condition, context: around.context });
  }
  return added;
}

function narrowestAround(inner: Region, conditions: readonly Condition[]): Condition | undefined {
  let best: Condition | undefined;
  for (const condition of conditions) {
    if (contains(condition.region, inner) && (best === undefined || cells(condition) < cells(best))) best = condition;
  }
  return best;
}

function contains(outer: Region | undefined, inner: Region): boolean {
  if (outer === undefined) return true;
  return (
    outer.top <= inner.top &&
    outer.left <= inner.left &&
    outer.top + outer.height >= inner.top + inner.height &&
    outer.left + outer.width >= inner.left + inner.width
  );
}

function cells({ region }: Condition): number {
  return region === undefined ? Number.POSITIVE_INFINITY : region.height * region.width;
}

function isSameRegion(a: Region | undefined, b: Region): boolean {
  return a !== undefined && a.top === b.top && a.left === b.left && a.height === b.height && a.width === b.width;
}
