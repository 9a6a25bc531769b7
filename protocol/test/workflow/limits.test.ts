// Documents that are made to hurt: deep, wide, repeated. Each must end with an answer in reasonable time and space.
import { describe, expect, test } from 'vitest';
import {
  convertWorkflow,
  convertWorkflowInSlices,
  type JsonObject,
  type JsonValue,
  stringifyLossless,
} from '../../src/index.ts';
import { catalogue } from './node-catalogue.ts';
import {
  codesOf,
  convert,
  inputsOf,
  type NodeSketch,
  type SlotSketch,
  subgraph,
  workflow,
} from './workflow-fixture.ts';

/** Numbers 0 to count - 1. */
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A workflow of so many nodes, each linked to the one before. */
function chain(count: number): JsonObject {
  const nodes = range(count).map(
    (id): NodeSketch => ({
      id,
      type: 'Number',
      in: [['value', 'INT', id === 0 ? undefined : [id - 1, 0], true]],
      out: ['INT'],
      values: [id],
    }),
  );
  return workflow({ nodes });
}

test('20,000 nodes in a chain are converted', () => {
  const conversion = convert(chain(20_000));
  expect(conversion.problems).toEqual([]);
  expect(Object.keys(conversion.prompt)).toHaveLength(20_000);
  expect(inputsOf(conversion, '19999')).toEqual({ value: ['19998', 0] });
});

test('a long conversion pauses on its way and comes to the same prompt', async () => {
  const document = chain(20_000);
  let pauses = 0;
  const pause = async (): Promise<void> => {
    pauses += 1;
  };
  const conversion = await convertWorkflowInSlices(document, catalogue, { pause });
  expect(pauses).toBeGreaterThan(0);
  expect(stringifyLossless(conversion)).toBe(stringifyLossless(convert(document)));
});

test('5,000 reroutes in a row, each with a consumer, cost no more than once each', () => {
  const count = 5000;
  const nodes = range(count).flatMap((id): NodeSketch[] => [
    { id, type: 'Reroute', in: [['', '*', id === 0 ? [2 * count, 0] : [id - 1, 0]]] },
    { id: count + id, type: 'Number', in: [['value', 'INT', [id, 0], true]], values: [1] },
  ]);
  const source: NodeSketch = { id: 2 * count, type: 'Number', values: [2] };
  // Consumers from the far end, so that none of them profits from one before.
  const conversion = convert(workflow({ nodes: [...nodes.reverse(), source] }));
  expect(conversion.problems).toEqual([]);
  expect(inputsOf(conversion, String(2 * count - 1))).toEqual({ value: [String(2 * count), 0] });
});

test('bypassed nodes asked for as many types as there are nodes are given up', () => {
  const count = 1500;
  const nodes = range(count).flatMap((id): NodeSketch[] => [
    { id, type: 'Number', mode: 4, in: [['value', '*', id === 0 ? undefined : [id - 1, 0]]], out: ['*'] },
    { id: count + id, type: 'Odd', in: [['any', `T${id}`, [count - 1, 0]]], values: [[], 0, 's'] },
  ]);
  expect(codesOf(convert(workflow({ nodes })))).toEqual(['LINKS_TOO_LONG']);
});

describe('subgraphs', () => {
  const id = (level: number) => `level-${level}`;
  const levels = (count: number, width: number): JsonObject[] =>
    range(count).map(level => {
      const inner = level + 1 < count ? id(level + 1) : 'Decode';
      return subgraph(id(level), [], { nodes: range(width).map(member => ({ id: member, type: inner })) });
    });

  test('that multiply are stopped at the limit of nodes', () => {
    const document = workflow({ nodes: [{ id: 1, type: id(0) }] }, { definitions: { subgraphs: levels(30, 10) } });
    const conversion = convert(document, { maxNodes: 1000 });
    expect(codesOf(conversion)).toEqual(['WORKFLOW_TOO_LARGE']);
    expect(Object.keys(conversion.prompt).length).toBeLessThanOrEqual(1000);
  });

  test('that nest too deep are refused', () => {
    const document = workflow({ nodes: [{ id: 1, type: id(0) }] }, { definitions: { subgraphs: levels(1000, 1) } });
    expect(codesOf(convert(document))[0]).toMatch(/^SUBGRAPH_TOO_DEEP 1:0:0/);
  });

  test('defined inside one another without end of sense are not followed for ever', () => {
    let definitions: JsonObject = { subgraphs: [] };
    for (const level of range(500)) definitions = { subgraphs: [{ id: id(level), nodes: [], definitions }] };
    expect(convert(workflow({ nodes: [] }, { definitions })).ok).toBe(true);
  });
});

describe('single nodes', () => {
  test('may have 20,000 slots and values', () => {
    const inputs = range(20_000).map((index): SlotSketch => [`words.word${index}`, 'STRING', undefined, true]);
    const node: NodeSketch = { id: 1, type: 'Words', in: inputs, values: inputs.map(([name]) => name) };
    const conversion = convert(workflow({ nodes: [node] }));
    expect(codesOf(conversion)).toEqual(['WIDGET_VALUES_FEWER 1']);
    expect(inputsOf(conversion, '1')?.['words.word19999']).toBe('words.word19999');
  });

  test('may have types, titles and ids of a megabyte', () => {
    const long = 'x'.repeat(1_000_000);
    const nodes: NodeSketch[] = [
      { id: long, type: long, title: long, out: [long] },
      { id: 2, type: 'Odd', in: [['any', long, [long, 0]]], values: [[], 0, 's'] },
    ];
    const [problem] = convert(workflow({ nodes })).problems;
    expect(problem?.message.length).toBeLessThan(1000);
  });

  test('may hold values nested a thousand levels deep', () => {
    let value: JsonValue = [];
    for (let level = 0; level < 1000; level++) value = [value];
    expect(convert(workflow({ nodes: [{ id: 1, type: 'Odd', values: [value, null, 's'] }] })).ok).toBe(true);
  });
});

test('a catalogue that is no catalogue describes no class', () => {
  const nodes: NodeSketch[] = [
    { id: 1, type: 'A' },
    { id: 2, type: 'B' },
    { id: 3, type: 'C' },
    { id: 4, type: 'D' },
  ];
  const strange: JsonObject = {
    A: 5,
    B: { input: 7 },
    C: { input: { required: { x: 1, y: [], z: [[]] } }, input_order: { required: [4, 'w'] } },
    D: [],
  };
  const { problems, prompt } = convertWorkflow(workflow({ nodes }), strange);
  expect(problems.map(({ nodeId }) => nodeId)).toEqual(['1', '4', '3']);
  expect(prompt['3']?.inputs).toEqual({});
  expect(catalogue['A']).toBeUndefined();
});
