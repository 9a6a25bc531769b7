import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph-builder.ts';

describe('GraphBuilder', () => {
  it('numbers nodes behind its prefix', () => {
    const graph = new GraphBuilder('X2.2.0.');
    expect([graph.node('A').id, graph.node('A').id, graph.node('A', {}, 'own').id, graph.node('A').id]).toEqual([
      'X2.2.0.1',
      'X2.2.0.2',
      'X2.2.0.own',
      'X2.2.0.3',
    ]);
  });

  it('gives the node that exists already for a known id', () => {
    const graph = new GraphBuilder('');
    const first = graph.node('A', { x: 1 }, 'n');
    expect(graph.node('B', {}, 'n')).toBe(first);
    expect([graph.lookup('n'), graph.lookup('m')]).toEqual([first, null]);
  });

  it('writes nodes with their inputs and display ids', () => {
    const graph = new GraphBuilder('p.');
    const a = graph.node('A', { x: 1, y: 2 });
    a.setInput('y', null);
    a.setInput('z', 3);
    const b = graph.node('B', { in: a.out(1) });
    b.setOverrideDisplayId('7');
    expect(graph.finalize()).toEqual({
      'p.1': { class_type: 'A', inputs: { x: 1, z: 3 } },
      'p.2': { class_type: 'B', inputs: { in: ['p.1', 1] }, override_display_id: '7' },
    });
    expect([a.getInput('x'), a.getInput('y')]).toEqual([1, null]);
  });

  it('replaces an output wherever it is used', () => {
    const graph = new GraphBuilder('');
    const a = graph.node('A');
    const b = graph.node('B', { first: a.out(0), second: a.out(1), other: 'x' });
    graph.replaceOutput(a.id, 0, 'constant');
    graph.replaceOutput(a.id, 1, null);
    expect(Object.fromEntries(b.inputs)).toEqual({ first: 'constant', other: 'x' });
  });

  it('removes nodes by their full id, and says when there is none', () => {
    const graph = new GraphBuilder('p.');
    const a = graph.node('A');
    graph.remove(a.id);
    expect(graph.finalize()).toEqual({});
    expect(() => graph.remove(a.id)).toThrow(expect.objectContaining({ code: 'GRAPH_NODE_UNKNOWN' }));
  });
});
