import type { Link } from '@snug/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExecutionList } from './execution-list.ts';
import { MinHeap } from './min-heap.ts';

interface TestNode {
  readonly needs?: readonly string[];
  readonly isOutput?: boolean;
  readonly isParallel?: boolean;
}

function listOf(nodes: Record<string, TestNode>, known = new Set<string>()) {
  const handedOver: string[] = [];
  const list = new ExecutionList({
    hasResult: id => known.has(id),
    eagerLinks: id => (nodes[id]?.needs ?? []).map((source): Link => [source, 0]),
    isOutput: id => nodes[id]?.isOutput === true,
    isParallel: id => nodes[id]?.isParallel === true,
    isDead: () => false,
    onBlocked: () => undefined,
    onKnownSource: (source, target) => handedOver.push(`${source} > ${target}`),
  });
  return { list, handedOver };
}

function drain(list: ExecutionList): string[] {
  const order: string[] = [];
  for (let id = list.pick(); id !== undefined; id = list.pick()) {
    order.push(id);
    list.complete(id);
  }
  return order;
}

describe('ExecutionList', () => {
  it('runs sources before consumers, the last input first', () => {
    const { list } = listOf({ save: { needs: ['mix'], isOutput: true }, mix: { needs: ['a', 'b'] } });
    list.addNode('save');
    expect(drain(list)).toEqual(['b', 'a', 'mix', 'save']);
    expect(list.isEmpty).toBe(true);
  });

  it('runs output nodes and parallel nodes as soon as they are ready', () => {
    const { list } = listOf({
      save: { needs: ['late', 'a'], isOutput: true },
      late: { needs: ['a'] },
      a: {},
      preview: { needs: ['a'], isOutput: true },
      sleep: { isParallel: true },
    });
    for (const id of ['save', 'preview', 'sleep']) list.addNode(id);
    expect(drain(list)).toEqual(['sleep', 'a', 'preview', 'late', 'save']);
  });

  it('prefers what feeds an output, then what feeds such a node', () => {
    const { list } = listOf({
      far: { needs: ['far1'], isOutput: true },
      far1: { needs: ['far2'] },
      far2: { needs: ['far3'] },
      near: { needs: ['near1'], isOutput: true },
      near1: { needs: ['near2'] },
      direct: { needs: ['direct1'], isOutput: true },
    });
    for (const id of ['far', 'near', 'direct']) list.addNode(id);
    expect(drain(list)).toEqual(['direct1', 'direct', 'near2', 'near1', 'near', 'far3', 'far2', 'far1', 'far']);
  });

  it('hands known results over and walks no further', () => {
    const { list, handedOver } = listOf(
      { save: { needs: ['a'], isOutput: true }, a: { needs: ['b'] } },
      new Set(['a']),
    );
    list.addNode('save');
    expect(handedOver).toEqual(['a > save']);
    expect(drain(list)).toEqual(['save']);
  });

  it('does not walk the inputs of an output whose result is known', () => {
    const { list } = listOf({ save: { needs: ['a'], isOutput: true } }, new Set(['save']));
    list.addNode('save');
    expect(drain(list)).toEqual(['save']);
  });

  it('puts a node aside until a late link is served', () => {
    const { list } = listOf({ save: { isOutput: true }, lazy: { needs: ['deep'] } });
    list.addNode('save');
    expect(list.pick()).toBe('save');
    list.addLink('lazy', 'save');
    list.putBack('save');
    expect(drain(list)).toEqual(['deep', 'lazy', 'save']);
  });

  it('picks a node that was put back without a new block again', () => {
    const { list } = listOf({ a: {} });
    list.addNode('a');
    expect(list.pick()).toBe('a');
    expect(list.pick()).toBeUndefined();
    list.putBack('a');
    expect(list.pick()).toBe('a');
  });

  it('raises the rank of a waiting node when an output comes to need it', () => {
    const { list } = listOf({ first: {}, second: {}, save: { isOutput: true } });
    list.addNode('first');
    list.addNode('second');
    list.addNode('save');
    list.addLink('second', 'save');
    expect(drain(list)).toEqual(['second', 'save', 'first']);
  });

  it('waits for work outside the list', () => {
    const { list } = listOf({ a: { needs: ['b'] }, b: {} });
    list.addNode('a');
    const unblock = list.addExternalBlock('b');
    expect([list.pick(), list.hasExternalBlocks]).toEqual([undefined, true]);
    unblock();
    expect(list.hasExternalBlocks).toBe(false);
    expect(drain(list)).toEqual(['b', 'a']);
  });

  it('names the nodes of a cycle, not those that merely wait for it', () => {
    const { list } = listOf({
      save: { needs: ['after'], isOutput: true },
      after: { needs: ['x'] },
      x: { needs: ['y', 'before'] },
      y: { needs: ['x'] },
    });
    list.addNode('save');
    expect(drain(list)).toEqual(['before']);
    expect(list.cycle().sort()).toEqual(['x', 'y']);
  });

  it('counts a source once however many links it has', () => {
    const { list } = listOf({ save: { needs: ['a', 'a', 'a'] } });
    list.addNode('save');
    expect(drain(list)).toEqual(['a', 'save']);
  });

  it('runs every node of any graph without cycles once, after its sources', () => {
    const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(graphs, graph => {
        const nodes = Object.fromEntries(
          graph.map((needs, n): [string, TestNode] => [
            `n${n}`,
            { needs: n === 0 ? [] : needs.map(need => `n${need % n}`), isOutput: n % 3 === 0, isParallel: n % 5 === 0 },
          ]),
        );
        const { list } = listOf(nodes);
        for (const id of Object.keys(nodes)) list.addNode(id);
        const order = drain(list);
        expect([...order].sort()).toEqual(Object.keys(nodes).sort());
        for (const [id, { needs = [] }] of Object.entries(nodes)) {
          for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
        }
      }),
    );
  });

  it('takes a chain of 30,000 nodes', () => {
    const nodes: Record<string, TestNode> = {};
    for (let n = 1; n < 30_000; n++) nodes[`n${n}`] = { needs: [`n${n - 1}`] };
    const { list } = listOf(nodes);
    list.addNode('n29999');
    expect(drain(list)).toHaveLength(30_000);
  });
});

describe('MinHeap', () => {
  it('gives elements back in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), numbers => {
        const heap = new MinHeap<number>((a, b) => a - b);
        for (const number of numbers) heap.push(number);
        const sorted = numbers.map(() => heap.pop());
        expect(sorted).toEqual([...numbers].sort((a, b) => a - b));
        expect([heap.pop(), heap.size]).toEqual([undefined, 0]);
      }),
    );
  });
});
