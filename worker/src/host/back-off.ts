// How long to wait before the next child is started: none at first, then longer and longer while children keep failing.

/** Waiting time after `failures` failed starts in a row: 0, 0.25, 0.5, 1, ... seconds, at most `maxMs`. */
export function backOffMs(failures: number, maxMs = 30_000): number {
  return failures <= 1 ? 0 : Math.min(maxMs, 250 * 2 ** (failures - 2));
}
