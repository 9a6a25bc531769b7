// Pairs the items of two sequences by their labels (longest common subsequence), so that one missing message is reported as one
// difference and not as a shift of everything after it.

export type Pair<T> = { readonly recorded: T; readonly ours: T } | { readonly recorded: T } | { readonly ours: T };

export function align<T>(recorded: readonly T[], ours: readonly T[], labelOf: (item: T) => string): Pair<T>[] {
  const [theirs, own] = [recorded.map(labelOf), ours.map(labelOf)];
  const lengths = commonLengths(theirs, own);
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  const pairs: Pair<T>[] = [];
  let [i, j] = [0, 0];
  while (i < recorded.length || j < ours.length) {
    const [a, b] = [recorded[i], ours[j]];
    if (a !== undefined && b !== undefined && theirs[i] === own[j]) {
      pairs.push({ recorded: a, ours: b });
      i++;
      j++;
    } else if (b === undefined || (a !== undefined && lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      pairs.push({ recorded: a as T });
      i++;
    } else {
      pairs.push({ ours: b });
      j++;
    }
  }
  return pairs;
}

/** `[i][j]`: length of the longest common subsequence of what follows from i and j. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [row, next] = [lengths[i] ?? [], lengths[i + 1] ?? []];
      row[j] = a[i] === b[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}
