// Which updates of a progress bar are worth a message (spec websocket.md 5.4): the first, the last, those with a picture,
// and others when enough time has passed and the bar has visibly grown.

const VISIBLE_GROWTH = 0.005;

export class ProgressThrottle {
  readonly #intervalMs: number;
  #lastTime: number | undefined;
  #lastValue = 0;

  /** @param intervalMs 0 lets everything pass */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Answers whether to tell this update. `time` is in milliseconds. */
  passes(value: number, max: number, hasPreview: boolean, time: number): boolean {
    const isDue =
      this.#lastTime === undefined ||
      this.#intervalMs === 0 ||
      hasPreview ||
      value >= max ||
      (time - this.#lastTime >= this.#intervalMs && value - this.#lastValue >= VISIBLE_GROWTH * max);
    if (isDue) {
      this.#lastTime = time;
      this.#lastValue = value;
    }
    return isDue;
  }
}
