// A device does one thing at a time: tasks run one after the other in the order of the calls.

export interface SerialQueue {
  /** Runs `task` when all earlier ones have settled. A signal that aborts before that keeps it from starting. */
  enqueue<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createSerialQueue(): SerialQueue {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    enqueue(task, signal) {
      const result = tail.then(() => {
        signal?.throwIfAborted();
        return task();
      });
      tail = result.catch(() => {}); // a failed task is its caller's business, the next one runs all the same
      return result;
    },
  };
}
