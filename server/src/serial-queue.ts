// Runs asynchronous work one after the other, in the order of the calls. A failure reaches its caller and nobody else.

export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Starts `work` when everything before it has ended. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {}); // Reported to the caller of that run.
    return result;
  }
}
