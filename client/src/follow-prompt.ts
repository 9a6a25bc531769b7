// Waits for the end of a submitted prompt. The socket tells when to look, the history tells what happened: whatever the
// socket misses (it was down, another client took the id over, the server restarted), the next look finds. So one loop
// serves sockets and polling alike; they differ in how long it sleeps.
import { AbortedError } from './errors.ts';
import type { EventStream, StreamSignal } from './event-stream.ts';
import type { HistoryEntry } from './history-entry.ts';
import { type LookupOptions, type PromptPlace, promptLookup } from './prompt-lookup.ts';
import { backoffDelayMs, pause, pollBackoff } from './retry.ts';

export interface FollowOptions extends LookupOptions {
  readonly stream: EventStream;
}

/** Safety net while the socket is open: it may have been taken over by another client of the same id. */
const CONNECTED_SLEEP_MS = 5_000;
/** After the end marker the entry is there at once; other servers may need a moment. Also between questions that miss. */
const SHORT_SLEEP_MS = 100;

/**
 * Resolves with the history entry once the prompt has ended, in whatever way.
 * @throws {PromptRemovedError} when it left the queue without running; `AbortedError`; `ConnectionError`.
 */
export async function followPrompt(options: FollowOptions): Promise<HistoryEntry> {
  const { promptId, stream, signal } = options;
  const bell = new Bell();
  let hasEnded = false;
  const unsubscribe = stream.subscribe(event => {
    hasEnded ||= isEndMarker(event, promptId);
    if (hasEnded || event.kind === 'connected' || event.kind === 'disconnected') {
      bell.ring();
    }
  });
  const sleepMs = (found: PromptPlace, looks: number): number => {
    if (hasEnded || found.place === 'nowhere') {
      return SHORT_SLEEP_MS;
    }
    return stream.isConnected ? CONNECTED_SLEEP_MS : backoffDelayMs(looks, pollBackoff);
  };
  const look = promptLookup(options);
  try {
    for (let looks = 0; ; looks++) {
      const found = await look();
      if (found.place === 'history') {
        return found.entry;
      }
      await bell.heardWithin(sleepMs(found, looks), signal);
      if (signal?.aborted) {
        throw new AbortedError('ABORTED', { what: `Following prompt ${promptId}` }, signal.reason);
      }
    }
  } finally {
    unsubscribe();
  }
}

/** `executing` with `node: null`: sent once per prompt, after its history entry exists (websocket.md 5.3). */
function isEndMarker(event: StreamSignal, promptId: string): boolean {
  if (event.kind !== 'message' || event.type !== 'executing') {
    return false;
  }
  return event.data['prompt_id'] === promptId && event.data['node'] === null;
}

/** Wakes the one sleeper, or the next one if nobody sleeps yet. */
class Bell {
  #sleeper: AbortController | undefined;
  #isRung = false;

  ring(): void {
    this.#isRung = true;
    this.#sleeper?.abort();
  }

  async heardWithin(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isRung) {
      this.#sleeper = new AbortController();
      const wake = this.#sleeper.signal;
      await pause(ms, signal === undefined ? wake : AbortSignal.any([wake, signal]));
      this.#sleeper = undefined;
    }
    this.#isRung = false;
  }
}
