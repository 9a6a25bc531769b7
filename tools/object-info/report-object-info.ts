// How much of the recorded `/object_info` is here: counts by category, what is missing and why, and what differs.
import { isJsonObject, type JsonObject } from '@snug/protocol';
import { compareObjectInfo, type ObjectInfoDifference } from './compare-object-info.ts';
import { reasonMissing } from './missing-nodes.ts';

export interface CategoryCount {
  readonly category: string;
  readonly implemented: number;
  readonly total: number;
}

export interface ObjectInfoReport {
  readonly categories: readonly CategoryCount[];
  /** Reason to class types. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
  /** Missing although no reason is known. */
  readonly unexplained: readonly string[];
  readonly differences: readonly ObjectInfoDifference[];
}

export function reportObjectInfo(recorded: JsonObject, ours: JsonObject): ObjectInfoReport {
  const counts = new Map<string, CategoryCount>();
  const missing = new Map<string, readonly string[]>();
  const unexplained: string[] = [];
  for (const [name, entry] of Object.entries(recorded)) {
    const category = isJsonObject(entry) ? String(entry['category']) : '';
    const isHere = name in ours;
    const { implemented, total } = counts.get(category) ?? { implemented: 0, total: 0 };
    counts.set(category, { category, implemented: implemented + (isHere ? 1 : 0), total: total + 1 });
    if (isHere) continue;
    const reason = reasonMissing(name, category);
    if (reason === undefined) unexplained.push(name);
    else missing.set(reason, [...(missing.get(reason) ?? []), name]);
  }
  const categories = [...counts.values()].sort((a, b) => (a.category < b.category ? -1 : 1));
  return { categories, missing, unexplained, differences: compareObjectInfo(recorded, ours) };
}

/** The report as lines of text. */
export function objectInfoText({ categories, missing, unexplained, differences }: ObjectInfoReport): string {
  const sum = (pick: (count: CategoryCount) => number): number =>
    categories.reduce((total, count) => total + pick(count), 0);
  return [
    ...categories.map(({ category, implemented, total }) => `${category}: ${implemented}/${total}`),
    `all: ${sum(count => count.implemented)}/${sum(count => count.total)}, ${differences.length} differences`,
    ...[...missing].map(([reason, names]) => `missing, ${reason}: ${names.join(', ')}`),
    ...(unexplained.length > 0 ? [`missing without a reason: ${unexplained.join(', ')}`] : []),
    ...differences.map(
      ({ place, recorded, ours }) => `differs: ${place}: recorded ${recorded ?? 'nothing'}, ours ${ours ?? 'nothing'}`,
    ),
  ].join('\n');
}
