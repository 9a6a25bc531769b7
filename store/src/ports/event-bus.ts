// Port: carries run events from worker hosts to every server. First in, first out.
import type { PublishedEvent } from '@snug/protocol';

export interface EventBus {
  publish(event: PublishedEvent): void;
  /** Answers the function that ends the subscription. */
  subscribe(listener: (event: PublishedEvent) => void): () => void;
}
