// A call of a parallel node whose promise is watched while the scheduler goes on.

export class ParallelCall {
  /** Resolves when the call has ended either way; never rejects. */
  readonly settled: Promise<void>;
  isSettled = false;
  #value: unknown;
  #error: { readonly thrown: unknown } | undefined;

  constructor(promise: PromiseLike<unknown>) {
    this.settled = Promise.resolve(promise).then(
      value => {
        this.#value = value;
        this.isSettled = true;
      },
      (thrown: unknown) => {
        this.#error = { thrown };
        this.isSettled = true;
      },
    );
  }

  /** What the call returned. Throws what it threw. Only for settled calls. */
  result(): unknown {
    if (this.#error !== undefined) throw this.#error.thrown;
    return this.#value;
  }
}
