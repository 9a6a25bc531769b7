// Signals (the only listeners of the product): the first one lets `close` end things in order, a second one ends the
// process at once. In both cases the signal is raised again with its default action, so that the parent sees the truth.

const shutdownSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type ShutdownSignal = (typeof shutdownSignals)[number];

export interface SignalWatch {
  /** Resolves with the first signal. */
  readonly received: Promise<ShutdownSignal>;
  /** Aborts with the first signal. */
  readonly aborted: AbortSignal;
  /** Gives the signals back to the platform. */
  stop(): void;
}

/** Starts to listen. After the first signal the next one ends the process. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let first: ShutdownSignal | undefined;
  let announce: (signal: ShutdownSignal) => void = () => undefined;
  const received = new Promise<ShutdownSignal>(resolve => {
    announce = resolve;
  });
  const listeners = shutdownSignals.map(signal => {
    const listener = () => {
      if (first !== undefined) {
        stop();
        raise(signal);
        return;
      }
      first = signal;
      controller.abort();
      announce(signal);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  const stop = () => {
    for (const [signal, listener] of listeners) {
      process.off(signal, listener);
    }
  };
  return { received, aborted: controller.signal, stop };
}

/** Waits for a signal, closes, and ends the process by that signal. */
export async function closeOnSignal(watch: SignalWatch, close: () => Promise<void>): Promise<void> {
  const signal = await watch.received;
  await close();
  watch.stop();
  raise(signal);
}

/** Runs a task that a signal aborts; after the task has cleaned up, the signal ends the process. */
export async function abortOnSignal<T>(task: (aborted: AbortSignal) => Promise<T>): Promise<T> {
  const watch = watchSignals();
  try {
    return await task(watch.aborted);
  } finally {
    watch.stop();
    if (watch.aborted.aborted) {
      raise(await watch.received);
    }
  }
}

function raise(signal: ShutdownSignal): void {
  process.kill(process.pid, signal);
}
