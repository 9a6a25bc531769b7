import type { ExecutionEvent } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import type { ChildMessage } from '../messages.ts';
import { createOutbox } from './outbox.ts';

const executing = (node: string): ExecutionEvent => ({
  type: 'executing',
  data: { node, display_node: node, prompt_id: 'p' },
});
const nextTurn = () => new Promise(resolve => setImmediate(resolve));

function collect() {
  const batches: (readonly ChildMessage[])[] = [];
  return { batches, outbox: createOutbox(batch => batches.push(batch)) };
}

describe('the outbox of the child', () => {
  it('sends what happens in one turn as one message, events of a run together, all in order', async () => {
    const { batches, outbox } = collect();
    outbox.postEvent('p', executing('1'));
    await nextTurn();
    outbox.postEvent('p', executing('2'));
    outbox.postEvent('p', executing('3'));
    outbox.post({ type: 'answer', id: 1, answer: null });
    outbox.postEvent('p', executing('4'));
    expect(batches).toHaveLength(1);
    await nextTurn();
    expect(batches.slice(1).map(batch => batch.map(message => message.type))).toEqual([['events', 'answer', 'events']]);
    const [first] = batches[1] ?? [];
    expect(first?.type === 'events' && first.events.length).toBe(2);
  });

  it('sends at once what cannot wait for the end of the turn', async () => {
    const { batches, outbox } = collect();
    outbox.postEvent('p', executing('1'));
    outbox.flush();
    expect(batches).toHaveLength(1);
    outbox.postEvent('p', executing('2'));
    await nextTurn();
    expect(batches).toHaveLength(2);
  });

  it('sends nothing when there is nothing to send', async () => {
    const { batches, outbox } = collect();
    outbox.flush();
    await nextTurn();
    expect(batches).toEqual([]);
  });
});
