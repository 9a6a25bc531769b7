import { describe, expect, test } from 'vitest';
import {
  convertWorkflow,
  isEditorWorkflow,
  JsonFloat,
  orderedKeys,
  parseLossless,
  stringifyLossless,
} from '../../src/index.ts';
import { catalogue } from './node-catalogue.ts';
import {
  codesOf,
  convert,
  type GraphSketch,
  inputsOf,
  type NodeSketch,
  type SlotSketch,
  workflow,
  workflowV1,
} from './workflow-fixture.ts';

const picture: GraphSketch = {
  nodes: [
    { id: 4, type: 'Loader', out: ['MODEL', 'CLIP', 'VAE'], values: ['b.safetensors'] },
    {
      id: 6,
      type: 'Encode',
      in: [['clip', 'CLIP', [4, 1]]],
      out: ['CONDITIONING'],
      values: ['a cat'],
      title: 'Positive',
    },
    { id: 5, type: 'Empty', out: ['LATENT'], values: [64, 32, 2] },
    {
      id: 3,
      type: 'Sampler',
      in: [
        ['model', 'MODEL', [4, 0]],
        ['positive', 'CONDITIONING', [6, 0]],
        ['latent', 'LATENT', [5, 0]],
      ],
      out: ['LATENT'],
      values: [18446744073709551615n, 'randomize', 4, 7.5, 'ddim', new JsonFloat(1)],
    },
    {
      id: 8,
      type: 'Decode',
      in: [
        ['samples', 'LATENT', [3, 0]],
        ['vae', 'VAE', [4, 2]],
      ],
      out: ['IMAGE'],
    },
    { id: 9, type: 'SaveImage', in: [['images', 'IMAGE', [8, 0]]], values: ['mine'] },
  ],
};

describe('a plain workflow', () => {
  test.each([
    ['0.4, whose links are arrays', workflow(picture)],
    ['1.0, whose links are objects', workflowV1(picture)],
  ])('of schema %s becomes a prompt', (_, document) => {
    const conversion = convert(document);
    expect(conversion.problems).toEqual([]);
    expect(conversion.ok).toBe(true);
    expect(orderedKeys(conversion.prompt)).toEqual(['4', '6', '5', '3', '8', '9']);
    expect(stringifyLossless(conversion.prompt['3'])).toBe(
      '{"inputs":{"seed":18446744073709551615,"steps":4,"cfg":7.5,"sampler_name":"ddim","denoise":1.0,' +
        '"model":["4",0],"positive":["6",0],"latent":["5",0]},"class_type":"Sampler","_meta":{"title":"Sample"}}',
    );
    expect(inputsOf(conversion, '6')).toEqual({ text: 'a cat', clip: ['4', 1] });
    expect(inputsOf(conversion, '5')).toEqual({ width: 64, height: 32, batch: 2 });
  });

  test('names nodes by title, display name or class', () => {
    const { prompt } = convert(workflow(picture));
    expect(prompt['6']?.['_meta']).toEqual({ title: 'Positive' });
    expect(prompt['4']?.['_meta']).toEqual({ title: 'Load Model' });
    expect(prompt['5']?.['_meta']).toEqual({ title: 'Empty' });
  });

  test('is ordered as the editor would run it', () => {
    const order = { 4: 5, 6: 4, 5: 3, 3: 2, 8: 1, 9: 0 } as Readonly<Record<string, number>>;
    const nodes = picture.nodes.map(node => ({ ...node, extra: { order: order[String(node.id)] ?? 0 } }));
    expect(orderedKeys(convert(workflow({ nodes })).prompt)).toEqual(['9', '8', '3', '5', '6', '4']);
  });

  test('may have links of either form in either version, and slots and ids as texts', () => {
    const document = parseLossless(`{"nodes": [
      {"id": "a", "type": "LoadImage", "widgets_values": ["x.png", "image", 1]},
      {"id": 2, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE", "link": "7"}], "widgets_values": ["p"]}],
      "links": [null, {"id": 7, "origin_id": "a", "origin_slot": "0", "target_id": 2, "target_slot": "0", "type": "IMAGE"}]}`);
    const conversion = convert(document);
    expect(conversion.problems).toEqual([]);
    expect(inputsOf(conversion, '2')).toEqual({ filename_prefix: 'p', images: ['a', 0] });
  });

  test('may leave the link of a slot to the list of links', () => {
    const document = parseLossless(`{"nodes": [
      {"id": 1, "type": "LoadImage", "widgets_values": ["x.png", "image", 1]},
      {"id": 2, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE"}], "widgets_values": ["p"]}],
      "links": [[1, 1, 0, 2, 0, "IMAGE"]]}`);
    expect(inputsOf(convert(document), '2')).toEqual({ filename_prefix: 'p', images: ['1', 0] });
  });

  test('written with plain JSON numbers works with a catalogue read by JSON.parse', () => {
    const plain = JSON.parse(JSON.stringify(workflow({ nodes: picture.nodes.slice(0, 3) })));
    const { ok, prompt } = convertWorkflow(plain, JSON.parse(stringifyLossless(catalogue)));
    expect({ ok, text: prompt['6']?.inputs['text'] }).toEqual({ ok: true, text: 'a cat' });
  });

  test('is not changed by the conversion and shares no list with the prompt', () => {
    const document = workflow({ nodes: [{ id: 1, type: 'Odd', values: [['p'], [[0, 1]], 's'] }] });
    const before = stringifyLossless(document);
    const { prompt } = convert(document);
    const list = prompt['1']?.inputs['list'] as { __value__: string[] } | undefined;
    expect(list?.__value__.push('q')).toBe(2);
    expect(stringifyLossless(document)).toBe(before);
  });
});

describe('what is no workflow', () => {
  test.each(['null', '[]', '"text"', '{}', '{"nodes": {}}', '{"3": {"class_type": "Empty", "inputs": {}}}'])(
    '%s is refused in words',
    text => {
      const conversion = convert(parseLossless(text));
      expect(conversion).toMatchObject({ ok: false, prompt: {} });
      expect(codesOf(conversion)).toEqual(['NOT_A_WORKFLOW']);
    },
  );

  test('is told from a workflow by its nodes', () => {
    expect(isEditorWorkflow(parseLossless('{"nodes": []}'))).toBe(true);
    expect(isEditorWorkflow(parseLossless('{"nodes": {"class_type": "A", "inputs": {}}}'))).toBe(false);
    expect(isEditorWorkflow(Object.create({ nodes: [] }))).toBe(false);
    expect(isEditorWorkflow(undefined)).toBe(false);
  });

  test.each([
    ['{"nodes": [5]}', 'NODE_UNREADABLE'],
    ['{"nodes": [{"id": 1}]}', 'NODE_UNREADABLE'],
    ['{"nodes": [{"id": 1.5, "type": "Empty"}]}', 'NODE_UNREADABLE'],
    [
      '{"nodes": [{"id": 1, "type": "Number", "widgets_values": [1]}, {"id": "1", "type": "Empty"}]}',
      'DUPLICATE_NODE_ID 1',
    ],
  ])('%s names the bad node', (text, code) => {
    const conversion = convert(parseLossless(text));
    expect(codesOf(conversion)).toContain(code);
    expect(conversion.ok).toBe(false);
  });

  test.each(['[1]', '[1, 2, "x", 3, 0]', '{"id": 1}', '5', '[1, 2, -1, 3, 0]'])(
    'the link %s is left out with a warning',
    link => {
      const conversion = convert(parseLossless(`{"nodes": [], "links": [${link}]}`));
      expect(codesOf(conversion)).toEqual(['LINK_UNREADABLE']);
      expect(conversion.ok).toBe(true);
    },
  );
});

describe('a class that the server does not have', () => {
  const missing: NodeSketch = { id: 7, type: 'Fancy', in: [['image', 'IMAGE', [4, 0]]], values: [1, 2] };
  const source: NodeSketch = { id: 4, type: 'LoadImage', out: ['IMAGE', 'MASK'], values: ['x.png', 'image', 1] };

  test('is reported by name, with the pack that it belongs to', () => {
    const extra = { properties: { cnr_id: 'fancy-pack' } };
    const conversion = convert(workflow({ nodes: [source, { ...missing, extra }] }));
    expect(conversion.ok).toBe(false);
    expect(codesOf(conversion)).toEqual(['MISSING_NODE_TYPE 7', 'WIDGET_VALUES_UNNAMED 7']);
    expect(conversion.problems[0]).toMatchObject({
      nodeType: 'Fancy',
      message: expect.stringContaining('"fancy-pack"'),
    });
  });

  test('keeps its links, and the values that the file itself names', () => {
    const nodes = [source, { ...missing, values: { amount: 2, upload: 'x', panel: {} } }];
    expect(inputsOf(convert(workflow({ nodes })), '7')).toEqual({ amount: 2, image: ['4', 0] });
    const slots: readonly SlotSketch[] = [
      ['image', 'IMAGE', [4, 0]],
      ['seed', 'INT', undefined, true],
      ['w', 'INT', undefined, true],
    ];
    const named = convert(workflow({ nodes: [source, { ...missing, in: slots, values: [5, 'randomize', 9] }] }));
    expect(inputsOf(named, '7')).toEqual({ seed: 5, w: 9, image: ['4', 0] });
  });

  test('does not matter when the node is muted or bypassed', () => {
    for (const mode of [2, 4]) expect(convert(workflow({ nodes: [source, { ...missing, mode }] })).ok).toBe(true);
  });
});

describe('names that mean something to JavaScript', () => {
  const hostile = `{"nodes": [
      {"id": "__proto__", "type": "LoadImage", "title": "t", "widgets_values": ["x.png", "image", 1]},
      {"id": "constructor", "type": "constructor", "inputs": [{"name": "__proto__", "type": "*", "link": 1}],
       "widgets_values": {"__proto__": {"polluted": 1}, "toString": 5}},
      {"id": "2", "type": "__proto__"}, {"id": "3", "type": "toString"}],
      "links": [[1, "__proto__", 0, "constructor", 0, "*"]]}`;

  test('are ordinary ids, classes and inputs', () => {
    const conversion = convert(parseLossless(hostile));
    expect(codesOf(conversion)).toEqual([
      'MISSING_NODE_TYPE constructor',
      'MISSING_NODE_TYPE 2',
      'MISSING_NODE_TYPE 3',
    ]);
    expect(stringifyLossless(conversion.prompt)).toContain(
      '"constructor":{"inputs":{"toString":5,"__proto__":["__proto__",0]}',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('do no harm in documents read by JSON.parse', () => {
    const conversion = convertWorkflow(JSON.parse(hostile), JSON.parse(stringifyLossless(catalogue)));
    expect(conversion.problems.filter(({ code }) => code === 'MISSING_NODE_TYPE')).toHaveLength(3);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('more problems than anybody reads are counted, and their weight is kept', () => {
  const nodes = Array.from({ length: 500 }, (_, id) => ({ id, type: 'Gone' }));
  const { ok, problems } = convert(workflow({ nodes }));
  expect(ok).toBe(false);
  expect(problems).toHaveLength(201);
  expect(problems.at(-1)).toMatchObject({
    code: 'MORE_PROBLEMS',
    severity: 'error',
    message: '300 more problems are not listed.',
  });
});
