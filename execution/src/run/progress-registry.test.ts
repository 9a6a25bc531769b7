import type { ExecutionEvent, Prompt } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { DynamicPrompt } from './dynamic-prompt.ts';
import { ProgressRegistry } from './progress-registry.ts';

function registryOf(prompt: Prompt = {}) {
  const events: ExecutionEvent[] = [];
  const graph = new DynamicPrompt(prompt);
  const registry = new ProgressRegistry({ promptId: 'p', graph, emit: event => events.push(event) });
  const states = () =>
    events.map(event => {
      if (event.type !== 'progress_state') throw new Error(event.type);
      return Object.values(event.data.nodes).map(
        ({ node_id, state, value, max }) => `${node_id} ${state} ${value}/${max}`,
      );
    });
  return { registry, graph, events, states };
}

describe('ProgressRegistry', () => {
  it('sends the whole map with every change', () => {
    const { registry, states } = registryOf();
    registry.start('a');
    registry.finish('a');
    registry.start('b');
    registry.update('b', 2, 5);
    registry.send();
    registry.finish('b');
    expect(states()).toEqual([
      ['a running 0/1'],
      ['a finished 1/1'],
      ['a finished 1/1', 'b running 0/1'],
      ['a finished 1/1', 'b running 2/5'],
      ['a finished 1/1', 'b finished 5/5'],
    ]);
  });

  it('does not change what it has sent', () => {
    const { registry, events } = registryOf();
    registry.start('a');
    const [first] = structuredClone(events);
    registry.finish('a');
    expect(events[0]).toEqual(first);
  });

  it('finishes a node that never ran with one of one', () => {
    const { registry, states } = registryOf();
    registry.finish('cached');
    expect(states()).toEqual([['cached finished 1/1']]);
  });

  it('tells the parent, the displayed and the real node of an added one', () => {
    const { registry, graph } = registryOf({ x: { class_type: 'A', inputs: {} } });
    graph.add('x.0.0.1', { class_type: 'A', inputs: {} }, 'x');
    graph.add('x.0.0.1.0.0.1', { class_type: 'A', inputs: {}, override_display_id: 'x' }, 'x.0.0.1');
    expect(registry.identityOf('x.0.0.1.0.0.1')).toEqual({
      node_id: 'x.0.0.1.0.0.1',
      prompt_id: 'p',
      display_node_id: 'x',
      parent_node_id: 'x.0.0.1',
      real_node_id: 'x',
    });
  });

  it('sends a long map now and then, and once more at the end', () => {
    const { registry, events } = registryOf();
    for (let n = 0; n < 3000; n++) registry.finish(`n${n}`);
    const sent = events.length;
    expect(sent).toBeLessThan(2500);
    registry.flush();
    registry.flush();
    const last = events.at(-1);
    expect(last?.type === 'progress_state' && Object.keys(last.data.nodes)).toHaveLength(3000);
    expect(events.length).toBe(sent + 1);
  });
});
