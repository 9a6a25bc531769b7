// Listeners of one event source. A listener that throws must neither stop the others nor fail the operation that
// is being announced (a submission is durable by then), nor vanish unseen.

export type ListenerErrorHandler = (error: unknown) => void;

/** Default handler: the error surfaces as an uncaught exception of the process. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

export class ListenerSet<Event extends readonly unknown[]> {
  readonly #listeners = new Set<{ readonly call: (...event: Event) => void }>();
  readonly #onError: ListenerErrorHandler;

  constructor(onError: ListenerErrorHandler = rethrowLater) {
    this.#onError = onError;
  }

  /** The same function may be added several times; the answer ends this one subscription. */
  add(call: (...event: Event) => void): () => void {
    const listener = { call };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(...event: Event): void {
    for (const listener of [...this.#listeners]) {
      // An earlier listener may have ended this subscription.
      if (!this.#listeners.has(listener)) continue;
      try {
        listener.call(...event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
