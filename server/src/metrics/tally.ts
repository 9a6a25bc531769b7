// The numbers behind `/metrics`: counters with labels, and durations sorted into buckets. They are plain sums kept from the
// first request on, so that nothing has to be loaded or scheduled until somebody asks for them.

export type Labels = Readonly<Record<string, string>>;

/** One label set with its sum. */
export interface Counted {
  readonly labels: Labels;
  readonly value: number;
}

/** Sums by label set. The sets must be few: they are never forgotten. */
export class LabelledCounter {
  readonly #sums = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels, amount = 1): void {
    const key = Object.values(labels).join('\0');
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { labels, value: amount });
    else sum.value += amount;
  }

  sums(): readonly Counted[] {
    return [...this.#sums.values()];
  }
}

/** How many durations were at most as long as each bound, cumulatively, as Prometheus wants them. */
export interface DurationsSnapshot {
  readonly labels: Labels;
  /** Same order as the bounds. */
  readonly cumulative: readonly number[];
  readonly count: number;
  readonly sumSeconds: number;
}

interface DurationSeries {
  readonly labels: Labels;
  /** One count per bound; longer durations count in `count` alone. */
  readonly counts: number[];
  count: number;
  sumSeconds: number;
}

/** Durations by label set. */
export class DurationTally {
  /** Upper ends of the buckets in seconds, ascending. */
  readonly boundsSeconds: readonly number[];
  readonly #series = new Map<string, DurationSeries>();

  constructor(boundsSeconds: readonly number[]) {
    this.boundsSeconds = boundsSeconds;
  }

  observe(labels: Labels, seconds: number): void {
    const key = Object.values(labels).join('\0');
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, counts: this.boundsSeconds.map(() => 0), count: 0, sumSeconds: 0 };
      this.#series.set(key, series);
    }
    const bucket = this.boundsSeconds.findIndex(bound => seconds <= bound);
    if (bucket >= 0) series.counts[bucket]! += 1;
    series.count += 1;
    series.sumSeconds += seconds;
  }

  snapshots(): readonly DurationsSnapshot[] {
    return [...this.#series.values()].map(({ labels, counts, count, sumSeconds }) => {
      let total = 0;
      const cumulative = counts.map(inBucket => {
        total += inBucket;
        return total;
      });
      return { labels, cumulative, count, sumSeconds };
    });
  }
}
