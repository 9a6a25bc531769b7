// Collects what the child has to say and sends it as one message at the end of the turn: a prompt of three quick nodes costs
// one message instead of twenty. Who knows that the turn may take long flushes by hand.
import type { ExecutionEvent } from '@snug/protocol';
import { toWire, type WireEvent } from '../event-wire.ts';
import type { ChildMessage } from '../messages.ts';

export interface Outbox {
  post(message: ChildMessage): void;
  postEvent(promptId: string, event: ExecutionEvent): void;
  /** Sends what has been collected now. */
  flush(): void;
}

/** @param send delivers one batch, e.g. `process.send`. */
export function createOutbox(send: (batch: readonly ChildMessage[]) => void): Outbox {
  let batch: ChildMessage[] = [];
  let openEvents: { promptId: string; events: WireEvent[] } | undefined;
  let isScheduled = false;

  const flush = (): void => {
    if (batch.length === 0) return;
    const full = batch;
    batch = [];
    openEvents = undefined;
    send(full);
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      flush();
    });
  };
  const post = (message: ChildMessage): void => {
    batch.push(message);
    openEvents = undefined;
    schedule();
  };
  return {
    post,
    flush,
    postEvent(promptId, event) {
      if (openEvents?.promptId === promptId) openEvents.events.push(toWire(event));
      else {
        const events = [toWire(event)];
        post({ type: 'events', promptId, events });
        openEvents = { promptId, events };
      }
    },
  };
}
