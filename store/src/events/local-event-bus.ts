// Event bus of a single process. Delivery is synchronous and first in, first out for every subscriber: an event that
// a listener publishes while another is being delivered waits until all have seen the first.
import type { PublishedEvent } from '@snug/protocol';
import { type ListenerErrorHandler, ListenerSet } from '../listener-set.ts';
import type { EventBus } from '../ports/event-bus.ts';

export interface LocalEventBusOptions {
  /** Told about listeners that throw. Default: the error becomes an uncaught exception. */
  readonly onListenerError?: ListenerErrorHandler;
}

export function createLocalEventBus(options: LocalEventBusOptions = {}): EventBus {
  const listeners = new ListenerSet<readonly [PublishedEvent]>(options.onListenerError);
  const waiting: PublishedEvent[] = [];
  let isDelivering = false;

  function deliver(): void {
    isDelivering = true;
    try {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) listeners.emit(event);
    } finally {
      isDelivering = false;
    }
  }

  return {
    publish(event) {
      waiting.push(event);
      if (!isDelivering) deliver();
    },
    subscribe: listener => listeners.add(listener),
  };
}
