// Lets a loop sleep until somebody has work for it. A signal that comes while nobody sleeps is not lost.

export interface WakeSignal {
  set: () => void;
  /** Resolves at the next (or an unconsumed earlier) signal, at the latest after `limitMs`. */
  wait(limitMs?: number): Promise<void>;
}

export function createWakeSignal(): WakeSignal {
  let isSet = false;
  let wakeSleeper: (() => void) | undefined;
  return {
    set: () => {
      isSet = true;
      wakeSleeper?.();
    },
    async wait(limitMs) {
      if (!isSet) {
        await new Promise<void>(resolve => {
          const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
          wakeSleeper = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wakeSleeper = undefined;
      }
      isSet = false;
    },
  };
}
