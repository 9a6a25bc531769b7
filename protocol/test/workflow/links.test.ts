// Links through everything that does not run: reroutes, bypassed and muted nodes, primitives, Set and Get nodes.
import { describe, expect, test } from 'vitest';
import { codesOf, convert, inputsOf, type NodeSketch, workflow } from './workflow-fixture.ts';

const image: NodeSketch = { id: 1, type: 'LoadImage', out: ['IMAGE', 'MASK'], values: ['x.png', 'image', 1] };
const save = (from: readonly [number | string, number] | undefined): NodeSketch => ({
  id: 9,
  type: 'SaveImage',
  in: [['images', 'IMAGE', from]],
  values: ['p'],
});
const blend = (more: Partial<NodeSketch>): NodeSketch => ({
  id: 5,
  type: 'Blend',
  in: [
    ['mask', 'MASK', [1, 1]],
    ['one', 'IMAGE', [2, 0]],
    ['two', 'IMAGE', [1, 0]],
  ],
  out: ['IMAGE', 'MASK'],
  values: [0.5],
  ...more,
});
const second: NodeSketch = { ...image, id: 2 };

describe('reroutes', () => {
  test('are passed through, any number of them', () => {
    const reroute = (id: number, from: number): NodeSketch => ({
      id,
      type: 'Reroute',
      in: [['', '*', [from, 0]]],
      out: ['*'],
    });
    const conversion = convert(workflow({ nodes: [image, reroute(2, 1), reroute(3, 2), save([3, 0])] }));
    expect(conversion.problems).toEqual([]);
    expect(inputsOf(conversion, '9')).toEqual({ filename_prefix: 'p', images: ['1', 0] });
    expect(Object.keys(conversion.prompt)).toEqual(['1', '9']);
  });

  test('without an input leave theirs unconnected', () => {
    const conversion = convert(workflow({ nodes: [{ id: 2, type: 'Reroute', in: [['', '*']] }, save([2, 0])] }));
    expect(inputsOf(conversion, '9')).toEqual({ filename_prefix: 'p' });
  });

  test('in a circle are an error that names the input, for every input that they feed', () => {
    const nodes: NodeSketch[] = [
      { id: 2, type: 'Reroute', in: [['', '*', [3, 0]]] },
      { id: 3, type: 'Reroute', in: [['', '*', [2, 0]]] },
      save([2, 0]),
      { ...save([3, 0]), id: 10 },
    ];
    const conversion = convert(workflow({ nodes }));
    expect(codesOf(conversion)).toEqual(['LINK_LOOP 9', 'LINK_LOOP 10']);
    expect(conversion.ok).toBe(false);
  });

  test('that are points on links are no nodes and change nothing', () => {
    const extra = { reroutes: [{ id: 1, pos: [0, 0], linkIds: [1] }], linkExtensions: [{ id: 1, parentId: 1 }] };
    const floatingLinks = [
      { id: 8, origin_id: 1, origin_slot: 0, target_id: -1, target_slot: -1, type: 'IMAGE', parentId: 1 },
    ];
    const conversion = convert(
      workflow({ nodes: [image, save([1, 0])] }, { extra, floatingLinks, reroutes: extra.reroutes }),
    );
    expect(conversion.problems).toEqual([]);
    expect(inputsOf(conversion, '9')?.['images']).toEqual(['1', 0]);
  });
});

describe('bypassed nodes', () => {
  const typed = (from: readonly [number, number], type: string): NodeSketch => ({
    id: 9,
    type: 'SaveImage',
    in: [['images', type, from]],
    values: ['p'],
  });

  test('hand on the first input of the wanted type', () => {
    const conversion = convert(workflow({ nodes: [image, second, blend({ mode: 4 }), typed([5, 0], 'IMAGE')] }));
    expect(inputsOf(conversion, '9')?.['images']).toEqual(['2', 0]);
    expect(Object.keys(conversion.prompt)).toEqual(['1', '2', '9']);
  });

  test('prefer the opposite input when it fits', () => {
    const inputs = [
      ['one', 'IMAGE', [2, 0]],
      ['two', 'IMAGE', [1, 0]],
    ] as const;
    const node = blend({ mode: 4, in: inputs, out: ['MASK', 'IMAGE'] });
    expect(
      inputsOf(convert(workflow({ nodes: [image, second, node, typed([5, 1], 'image')] })), '9')?.['images'],
    ).toEqual(['1', 0]);
  });

  test.each([
    ['*', ['1', 1]],
    ['LATENT,IMAGE', ['2', 0]],
    ['LATENT', undefined],
  ] as const)('asked for %s answer %j', (type, expected) => {
    const conversion = convert(workflow({ nodes: [image, second, blend({ mode: 4 }), typed([5, 0], type)] }));
    expect(inputsOf(conversion, '9')?.['images']).toEqual(expected);
  });

  test('pass through one another; an open end leaves the widget value', () => {
    const pass = (id: number, from?: number): NodeSketch => ({
      id,
      type: 'Number',
      mode: 4,
      in: [['value', 'INT', from === undefined ? undefined : [from, 0], true]],
      out: ['INT'],
    });
    const target = (from: number): NodeSketch => ({
      id: 9,
      type: 'Number',
      in: [['value', 'INT', [from, 0], true]],
      values: [4],
    });
    const source: NodeSketch = { id: 1, type: 'Number', out: ['INT'], values: [3] };
    expect(inputsOf(convert(workflow({ nodes: [source, pass(2, 1), pass(3, 2), target(3)] })), '9')).toEqual({
      value: ['1', 0],
    });
    expect(inputsOf(convert(workflow({ nodes: [pass(2), pass(3, 2), target(3)] })), '9')).toEqual({ value: 4 });
  });
});

describe('muted nodes', () => {
  test('are left out, and so are the inputs that they feed', () => {
    const conversion = convert(workflow({ nodes: [{ ...image, mode: 2 }, save([1, 0])] }));
    expect(conversion.problems).toEqual([]);
    expect(Object.keys(conversion.prompt)).toEqual(['9']);
    expect(inputsOf(conversion, '9')).toEqual({ filename_prefix: 'p' });
  });

  test('also take the widget value away that their link stood for', () => {
    const nodes: NodeSketch[] = [
      { id: 1, type: 'Number', mode: 2, out: ['INT'], values: [3] },
      { id: 9, type: 'Number', in: [['value', 'INT', [1, 0], true]], values: [4] },
    ];
    expect(inputsOf(convert(workflow({ nodes })), '9')).toEqual({});
  });

  test.each([1, 3])('mode %i is no muting', mode => {
    expect(Object.keys(convert(workflow({ nodes: [{ ...image, mode }] })).prompt)).toEqual(['1']);
  });
});

describe('primitive nodes', () => {
  test('give their value to every widget that they are connected to', () => {
    const primitive: NodeSketch = { id: 1, type: 'PrimitiveNode', out: ['INT'], values: [77, 'increment'] };
    const reroute: NodeSketch = { id: 2, type: 'Reroute', in: [['', '*', [1, 0]]], out: ['*'] };
    const nodes: NodeSketch[] = [
      primitive,
      reroute,
      { id: 5, type: 'Empty', in: [['height', 'INT', [1, 0], true]], values: [64, 32, 1] },
      { id: 6, type: 'Number', in: [['value', 'INT', [2, 0], true]], values: [0] },
      { id: 7, type: 'Forced', in: [['a', 'INT', [1, 0]]], values: [1, false] },
    ];
    const conversion = convert(workflow({ nodes }));
    expect(conversion.problems).toEqual([]);
    expect(Object.keys(conversion.prompt)).toEqual(['5', '6', '7']);
    expect(inputsOf(conversion, '5')).toEqual({ width: 64, height: 77, batch: 1 });
    expect(inputsOf(conversion, '6')).toEqual({ value: 77 });
    expect(inputsOf(conversion, '7')).toEqual({ a: 77, b: 1, c: false });
  });

  test('without a value leave the widget its own', () => {
    const nodes: NodeSketch[] = [
      { id: 1, type: 'PrimitiveNode', out: ['*'], values: [] },
      { id: 6, type: 'Number', in: [['value', 'INT', [1, 0], true]], values: [5] },
    ];
    expect(inputsOf(convert(workflow({ nodes })), '6')).toEqual({ value: 5 });
  });

  test('that the server has a class for are ordinary nodes', () => {
    const nodes: NodeSketch[] = [{ id: 1, type: 'Number', out: ['INT'], values: [5] }];
    expect(Object.keys(convert(workflow({ nodes })).prompt)).toEqual(['1']);
  });
});

test('notes leave no trace', () => {
  const nodes: NodeSketch[] = [
    { id: 1, type: 'Note', values: ['buy milk'] },
    { id: 2, type: 'MarkdownNote', values: ['# buy milk'] },
    { id: 3, type: 'Label (rgthree)' },
  ];
  expect(convert(workflow({ nodes }))).toEqual({ ok: true, prompt: {}, problems: [] });
});

describe('Set and Get nodes', () => {
  const setter: NodeSketch = {
    id: 3,
    type: 'SetNode',
    in: [['IMAGE', 'IMAGE', [1, 0]]],
    out: ['*'],
    values: ['picture'],
  };
  const getter: NodeSketch = { id: 4, type: 'GetNode', out: ['IMAGE'], values: ['picture'] };

  test('are a link by name', () => {
    const conversion = convert(workflow({ nodes: [image, setter, getter, save([4, 0]), { ...save([3, 0]), id: 10 }] }));
    expect(conversion.problems).toEqual([]);
    expect(inputsOf(conversion, '9')?.['images']).toEqual(['1', 0]);
    expect(inputsOf(conversion, '10')?.['images']).toEqual(['1', 0]);
    expect(Object.keys(conversion.prompt)).toEqual(['1', '9', '10']);
  });

  test('without a partner are reported with the name', () => {
    const conversion = convert(workflow({ nodes: [image, getter, save([4, 0])] }));
    expect(codesOf(conversion)).toEqual(['SET_NODE_MISSING 9']);
    expect(conversion.problems[0]?.message).toContain('"picture"');
  });

  test('that are muted take the input away', () => {
    const conversion = convert(workflow({ nodes: [image, { ...setter, mode: 2 }, getter, save([4, 0])] }));
    expect(inputsOf(conversion, '9')).toEqual({ filename_prefix: 'p' });
  });

  test('in a circle are a loop', () => {
    const circular: NodeSketch = { ...setter, in: [['IMAGE', 'IMAGE', [4, 0]]] };
    expect(codesOf(convert(workflow({ nodes: [circular, getter, save([4, 0])] })))).toEqual(['LINK_LOOP 9']);
  });
});

test('nodes that connect others invisibly are pointed out', () => {
  const conversion = convert(workflow({ nodes: [{ id: 1, type: 'Anything Everywhere' }] }));
  expect(codesOf(conversion)).toEqual(['MISSING_NODE_TYPE 1', 'INVISIBLE_LINKS 1']);
});

test('links that lead nowhere leave the input unconnected and are reported', () => {
  const document = workflow({ nodes: [save([77, 0])] });
  expect(codesOf(convert(document))).toEqual(['LINK_MISSING 9']);
  expect(codesOf(convert({ ...document, links: [] }))).toEqual(['LINK_MISSING 9']);
});
