import type { PublishedEvent } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { createLocalEventBus } from './local-event-bus.ts';

const queue = (remaining: number): PublishedEvent => ({ kind: 'queue', remaining });

describe('createLocalEventBus', () => {
  it('delivers to every subscriber in the order of publishing', () => {
    const bus = createLocalEventBus();
    const seen: [string, PublishedEvent][] = [];
    bus.subscribe(event => seen.push(['a', event]));
    bus.subscribe(event => seen.push(['b', event]));
    bus.publish(queue(1));
    bus.publish(queue(2));
    expect(seen).toEqual([
      ['a', queue(1)],
      ['b', queue(1)],
      ['a', queue(2)],
      ['b', queue(2)],
    ]);
  });

  it('lets everyone see an event before one that was published in reaction to it', () => {
    const bus = createLocalEventBus();
    const seen: PublishedEvent[] = [];
    bus.subscribe(event => {
      if (event.kind === 'queue' && event.remaining === 1) bus.publish(queue(2));
    });
    bus.subscribe(event => seen.push(event));
    bus.publish(queue(1));
    expect(seen).toEqual([queue(1), queue(2)]);
  });

  it('ends each subscription on its own, also during delivery', () => {
    const bus = createLocalEventBus();
    const seen: string[] = [];
    const listener = () => seen.push('same');
    const leaveOne = bus.subscribe(listener);
    bus.subscribe(listener);
    leaveOne();
    leaveOne();
    let leaveLater = () => {};
    bus.subscribe(() => leaveLater());
    leaveLater = bus.subscribe(() => seen.push('left'));
    bus.publish(queue(0));
    expect(seen).toEqual(['same']);
  });

  it('keeps delivering when a subscriber throws, and hands the error over', () => {
    const errors: unknown[] = [];
    const bus = createLocalEventBus({ onListenerError: error => errors.push(error) });
    const seen: PublishedEvent[] = [];
    bus.subscribe(() => {
      throw new Error('broken');
    });
    bus.subscribe(event => seen.push(event));
    bus.publish(queue(1));
    bus.publish(queue(2));
    expect(seen).toEqual([queue(1), queue(2)]);
    expect(errors).toHaveLength(2);
  });
});
