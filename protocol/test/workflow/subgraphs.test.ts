// Subgraphs: ids, borders, promoted widgets; and the group nodes that came before them.
import { describe, expect, test } from 'vitest';
import { type JsonObject, type JsonValue, orderedKeys } from '../../src/index.ts';
import {
  codesOf,
  convert,
  type GraphSketch,
  inputsOf,
  type NodeSketch,
  subgraph,
  workflow,
  workflowV1,
} from './workflow-fixture.ts';

const INNER = '7b1c0a52-0000-4000-8000-00000000000a';
const OUTER = '7b1c0a52-0000-4000-8000-00000000000b';

const image: NodeSketch = { id: 1, type: 'LoadImage', out: ['IMAGE', 'MASK'], values: ['x.png', 'image', 1] };

/** Blends a picture with itself; the amount is promoted. */
const blending = subgraph(INNER, ['picture', 'amount'], {
  nodes: [
    {
      id: 5,
      type: 'Blend',
      in: [
        ['mask', 'MASK'],
        ['one', 'IMAGE', [-10, 0]],
        ['two', 'IMAGE', [-10, 0]],
        ['amount', 'FLOAT', [-10, 1], true],
      ],
      out: ['IMAGE', 'MASK'],
      values: [0.5],
    },
  ],
  outputs: [[5, 0]],
});

function instance(id: number, from: readonly [number, number] | undefined, more: Partial<NodeSketch> = {}): NodeSketch {
  return {
    id,
    type: INNER,
    in: [
      ['picture', 'IMAGE', from],
      ['amount', 'FLOAT', undefined, true],
    ],
    out: ['IMAGE'],
    ...more,
  };
}

const save = (id: number, from: readonly [number, number]): NodeSketch => ({
  id,
  type: 'SaveImage',
  in: [['images', 'IMAGE', from]],
  values: ['p'],
});

function convertWith(nodes: readonly NodeSketch[], subgraphs: JsonValue[] = [blending]) {
  return convert(workflow({ nodes }, { definitions: { subgraphs } }));
}

describe('an instance of a subgraph', () => {
  test('becomes its members, with ids that tell the way, in both schemas', () => {
    const graph: GraphSketch = { nodes: [image, instance(12, [1, 0]), save(9, [12, 0])] };
    for (const document of [workflow, workflowV1]) {
      const conversion = convert(document(graph, { definitions: { subgraphs: [blending] } }));
      expect(conversion.problems).toEqual([]);
      expect(orderedKeys(conversion.prompt)).toEqual(['1', '12:5', '9']);
      expect(inputsOf(conversion, '12:5')).toEqual({ amount: 0.5, one: ['1', 0], two: ['1', 0] });
      expect(inputsOf(conversion, '9')?.['images']).toEqual(['12:5', 0]);
    }
  });

  test('stands for itself: two of one definition are independent', () => {
    const nodes = [
      image,
      instance(12, [1, 0], { values: [0.1] }),
      instance(14, [12, 0], { values: [0.2] }),
      save(9, [14, 0]),
    ];
    const conversion = convertWith(nodes);
    expect(inputsOf(conversion, '12:5')).toEqual({ amount: 0.1, one: ['1', 0], two: ['1', 0] });
    expect(inputsOf(conversion, '14:5')).toEqual({ amount: 0.2, one: ['12:5', 0], two: ['12:5', 0] });
    expect(inputsOf(conversion, '9')?.['images']).toEqual(['14:5', 0]);
  });

  test('may lie in another subgraph; links and values cross both borders', () => {
    const outer = subgraph(OUTER, ['in', 'strength'], {
      nodes: [
        {
          ...instance(7, undefined),
          in: [
            ['picture', 'IMAGE', [-10, 0]],
            ['amount', 'FLOAT', [-10, 1], true],
          ],
        },
      ],
      outputs: [
        [7, 0],
        [-10, 0],
      ],
    });
    const nodes: NodeSketch[] = [
      image,
      {
        id: 12,
        type: OUTER,
        in: [
          ['in', 'IMAGE', [1, 0]],
          ['strength', 'FLOAT', undefined, true],
        ],
        out: ['IMAGE', 'IMAGE'],
        values: [0.9],
      },
      save(9, [12, 0]),
      save(10, [12, 1]),
    ];
    for (const subgraphs of [[blending, outer], [{ ...outer, definitions: { subgraphs: [blending] } }]]) {
      const conversion = convertWith(nodes, subgraphs);
      expect(conversion.problems).toEqual([]);
      expect(orderedKeys(conversion.prompt)).toEqual(['1', '12:7:5', '9', '10']);
      expect(inputsOf(conversion, '12:7:5')).toEqual({ amount: 0.9, one: ['1', 0], two: ['1', 0] });
      expect(inputsOf(conversion, '9')?.['images']).toEqual(['12:7:5', 0]);
      expect(inputsOf(conversion, '10')?.['images'], 'a wire straight through').toEqual(['1', 0]);
    }
  });

  test('may be muted or bypassed as a whole', () => {
    const muted = convertWith([image, instance(12, [1, 0], { mode: 2 }), save(9, [12, 0])]);
    expect(orderedKeys(muted.prompt)).toEqual(['1', '9']);
    expect(inputsOf(muted, '9')).toEqual({ filename_prefix: 'p' });
    const bypassed = convertWith([image, instance(12, [1, 0], { mode: 4 }), save(9, [12, 0])]);
    expect(inputsOf(bypassed, '9')?.['images']).toEqual(['1', 0]);
  });

  test('may leave an output and an input unconnected', () => {
    const hollow = subgraph(
      INNER,
      ['picture', 'amount'],
      { nodes: [] },
      { outputs: [{ id: 'o', name: 'o', type: 'IMAGE' }] },
    );
    const conversion = convertWith([image, instance(12, undefined), save(9, [12, 0])], [hollow]);
    expect(inputsOf(conversion, '9')).toEqual({ filename_prefix: 'p' });
    expect(inputsOf(convertWith([instance(12, undefined)]), '12:5')).toEqual({ amount: 0.5 });
  });

  test('that is fed by a primitive passes its value on', () => {
    const primitive: NodeSketch = { id: 2, type: 'PrimitiveNode', out: ['FLOAT'], values: [0.75] };
    const node = instance(12, [1, 0], {
      in: [
        ['picture', 'IMAGE', [1, 0]],
        ['amount', 'FLOAT', [2, 0], true],
      ],
      values: [0.1],
    });
    expect(inputsOf(convertWith([image, primitive, node]), '12:5')?.['amount']).toBe(0.75);
  });

  test('gets what a Set node around it has', () => {
    const inner = subgraph(INNER, [], {
      nodes: [{ id: 3, type: 'GetNode', out: ['IMAGE'], values: ['pic'] }, save(4, [3, 0])],
    });
    const setter: NodeSketch = { id: 2, type: 'SetNode', in: [['IMAGE', 'IMAGE', [1, 0]]], values: ['pic'] };
    const conversion = convertWith([image, setter, { id: 12, type: INNER }], [inner]);
    expect(inputsOf(conversion, '12:4')?.['images']).toEqual(['1', 0]);
  });
});

describe('values of promoted widgets', () => {
  const amountOf = (more: Partial<NodeSketch>) => {
    const conversion = convertWith([image, instance(12, [1, 0], more)]);
    return [inputsOf(conversion, '12:5')?.['amount'], ...codesOf(conversion)];
  };

  test.each([
    ['a list', { values: [0.3] }, [0.3]],
    ['a list with the entry after a seed', { values: [0.3, 'randomize'] }, [0.3]],
    ['names', { values: { amount: 0.4 } }, [0.4]],
    ['names beside a list', { values: [0.1], extra: { widgets_values_named: { amount: 0.6 } } }, [0.6]],
    ['nothing', {}, [0.5]],
    ['an empty list', { values: [] }, [0.5]],
    ['a hole', { values: [null] }, [0.5]],
    ['a list of another length', { values: [1, 2, 3] }, [0.5, 'INSTANCE_VALUES_UNCLEAR 12']],
  ] as const)('are read from %s', (_, more, expected) => {
    expect(amountOf(more as unknown as Partial<NodeSketch>)).toEqual(expected);
  });

  test('that only show a widget inside leave that one its value', () => {
    const proxied = (proxyWidgets: JsonValue, values: JsonValue) =>
      amountOf({ values, in: [['picture', 'IMAGE', [1, 0]]], extra: { properties: { proxyWidgets } } });
    expect(proxied([['5', 'amount']], [])).toEqual([0.5]);
    expect(proxied([['5', 'amount']], [0.9])).toEqual([0.5]);
    expect(
      proxied(
        [
          ['5', 'other'],
          ['-1', 'amount'],
        ],
        [null, 0.9],
      ),
    ).toEqual([0.9]);
  });
});

describe('definitions that make no sense', () => {
  test('a missing one is reported', () => {
    expect(codesOf(convertWith([instance(12, undefined)], []))).toEqual(['SUBGRAPH_MISSING 12']);
  });

  test('one that contains itself is reported, at once or after a detour', () => {
    const selfish = subgraph(INNER, [], { nodes: [{ id: 3, type: INNER }] });
    expect(codesOf(convertWith([{ id: 12, type: INNER }], [selfish]))).toEqual(['SUBGRAPH_CYCLE 12:3']);
    const there = subgraph(INNER, [], { nodes: [{ id: 3, type: OUTER }] });
    const back = subgraph(OUTER, [], { nodes: [{ id: 4, type: INNER }] });
    expect(codesOf(convertWith([{ id: 12, type: INNER }], [there, back]))).toEqual(['SUBGRAPH_CYCLE 12:3:4']);
  });

  test('a cycle of links through a border is a loop', () => {
    const through = subgraph(INNER, ['picture'], { nodes: [], outputs: [[-10, 0]] });
    const node: NodeSketch = { id: 12, type: INNER, in: [['picture', 'IMAGE', [12, 0]]], out: ['IMAGE'] };
    expect(codesOf(convertWith([node, save(9, [12, 0])], [through]))).toEqual(['LINK_LOOP 9']);
  });

  test('ids that collide with those of members are reported', () => {
    const conversion = convertWith([instance(12, undefined), { id: '12:5', type: 'Number', values: [1] }]);
    expect(codesOf(conversion)).toEqual(['DUPLICATE_NODE_ID 12:5']);
  });
});

describe('group nodes of older editors', () => {
  const definition: JsonObject = {
    nodes: [
      { type: 'Empty', index: 0, inputs: [], outputs: [{ name: 'LATENT', type: 'LATENT' }], widgets_values: [1, 1, 1] },
      {
        type: 'Sampler',
        index: 1,
        inputs: [
          { name: 'model', type: 'MODEL', link: 3 },
          { name: 'positive', type: 'CONDITIONING', link: 4 },
          { name: 'latent', type: 'LATENT', link: 5 },
        ],
        outputs: [{ name: 'LATENT', type: 'LATENT' }],
        widgets_values: [0, 'fixed', 1, 1, 'euler', 1],
      },
    ],
    links: [
      [0, 0, 1, 2, 10, 'LATENT'],
      [null, 0, 1, 0, 4, 'MODEL'],
    ],
    external: [[1, 0, 'LATENT']],
  };
  const loader: NodeSketch = { id: 4, type: 'Loader', out: ['MODEL', 'CLIP', 'VAE'], values: ['a.safetensors'] };
  const encode: NodeSketch = {
    id: 6,
    type: 'Encode',
    in: [['clip', 'CLIP', [4, 1]]],
    out: ['CONDITIONING'],
    values: ['t'],
  };
  const group: NodeSketch = {
    id: 20,
    type: 'workflow>draw',
    in: [
      ['model', 'MODEL', [4, 0]],
      ['positive', 'CONDITIONING', [6, 0]],
    ],
    out: ['LATENT'],
    values: [64, 32, 2, 99, 'randomize', 4, 7.5, 'ddim', 0.5],
  };
  const decode: NodeSketch = {
    id: 8,
    type: 'Decode',
    in: [
      ['samples', 'LATENT', [20, 0]],
      ['vae', 'VAE', [4, 2]],
    ],
  };
  const convertGroup = (more: Partial<NodeSketch> = {}, groupNodes: JsonObject = { draw: definition }) =>
    convert(workflow({ nodes: [loader, encode, { ...group, ...more }, decode] }, { extra: { groupNodes } }));

  test('become their members, with the values of the group', () => {
    for (const type of ['workflow>draw', 'workflow/draw']) {
      const conversion = convertGroup({ type });
      expect(conversion.problems).toEqual([]);
      expect(orderedKeys(conversion.prompt)).toEqual(['4', '6', '20:0', '20:1', '8']);
      expect(inputsOf(conversion, '20:0')).toEqual({ width: 64, height: 32, batch: 2 });
      expect(inputsOf(conversion, '20:1')).toEqual({
        seed: 99,
        steps: 4,
        cfg: 7.5,
        sampler_name: 'ddim',
        denoise: 0.5,
        model: ['4', 0],
        positive: ['6', 0],
        latent: ['20:0', 0],
      });
      expect(inputsOf(conversion, '8')?.['samples']).toEqual(['20:1', 0]);
    }
  });

  test('may be bypassed and muted', () => {
    expect(orderedKeys(convertGroup({ mode: 2 }).prompt)).toEqual(['4', '6', '8']);
    expect(inputsOf(convertGroup({ mode: 4 }), '8')).toEqual({ vae: ['4', 2] });
  });

  test.each([
    ['without a definition', {}, {}],
    ['with other inputs', { in: [['model', 'MODEL', [4, 0]]] }, undefined],
    [
      'with inputs of another type',
      {
        in: [
          ['model', 'MODEL', [4, 0]],
          ['positive', 'VAE', [4, 2]],
        ],
      },
      undefined,
    ],
    ['with other outputs', { out: ['LATENT', 'LATENT'] }, undefined],
    ['with other values', { values: [1, 2, 3] }, undefined],
    ['with members that are no nodes', {}, { draw: { nodes: [5] } }],
    ['with reroutes inside', {}, { draw: { nodes: [{ type: 'Reroute' }] } }],
  ] as const)('%s are refused instead of guessed', (_, more, groupNodes) => {
    const conversion = convertGroup(more as unknown as Partial<NodeSketch>, groupNodes as JsonObject | undefined);
    expect(codesOf(conversion)).toContain('GROUP_NODE_UNCLEAR 20');
    expect(conversion.ok).toBe(false);
  });
});
