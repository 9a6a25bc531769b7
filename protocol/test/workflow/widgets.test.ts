// Widget values: a bare list in the file, names in the prompt.
import { describe, expect, test } from 'vitest';
import { JsonFloat, type JsonValue, stringifyLossless } from '../../src/index.ts';
import { codesOf, convert, inputsOf, type NodeSketch, type SlotSketch, workflow } from './workflow-fixture.ts';

function convertNode(node: Omit<NodeSketch, 'id'>, options?: Parameters<typeof convert>[1]) {
  const conversion = convert(workflow({ nodes: [{ id: 1, ...node }] }), options);
  return { inputs: inputsOf(conversion, '1'), codes: codesOf(conversion), conversion };
}

describe('lists of values', () => {
  test('follow the order of the class, not that of its inputs', () => {
    const { inputs, codes } = convertNode({ type: 'Sampler', values: [1, 'fixed', 20, 8, 'euler', 1] });
    expect(inputs).toEqual({ seed: 1, steps: 20, cfg: 8, sampler_name: 'euler', denoise: 1 });
    expect(codes).toEqual([]);
  });

  test('may come from a program that does not know the entry after a seed', () => {
    const { inputs, codes } = convertNode({ type: 'Sampler', values: [1, 20, 8, 'euler', 1] });
    expect(inputs).toEqual({ seed: 1, steps: 20, cfg: 8, sampler_name: 'euler', denoise: 1 });
    expect(codes).toEqual([]);
  });

  test('skip companions of seeds by name and of combos by option, but none that is switched off', () => {
    const values = [5, 'randomize', 'y', 'increment-wrap', '', 'end'];
    expect(convertNode({ type: 'Seeded', values }).inputs).toEqual({ noise_seed: 5, mode: 'y', last: 'end' });
    expect(convertNode({ type: 'Number', values: [5] })).toMatchObject({ inputs: { value: 5 }, codes: [] });
  });

  test('skip the upload button after the required inputs', () => {
    expect(convertNode({ type: 'LoadImage', values: ['x.png', 'image', 0.5] })).toMatchObject({
      inputs: { image: 'x.png', scale: 0.5 },
      codes: [],
    });
  });

  test('keep an entry for an input that is linked', () => {
    const nodes: NodeSketch[] = [
      { id: 2, type: 'Number', out: ['INT'], values: [3] },
      { id: 1, type: 'Empty', in: [['width', 'INT', [2, 0], true]], values: [64, 32, 1] },
    ];
    expect(inputsOf(convert(workflow({ nodes })), '1')).toEqual({ width: ['2', 0], height: 32, batch: 1 });
  });

  test('of old editors hold entries for inputs that are sockets now', () => {
    expect(convertNode({ type: 'Forced', values: [0, 8, false] })).toMatchObject({
      inputs: { b: 8, c: false },
      codes: [],
    });
    expect(convertNode({ type: 'Forced', values: [8, false] })).toMatchObject({
      inputs: { b: 8, c: false },
      codes: [],
    });
  });

  test('with holes take defaults there', () => {
    expect(convertNode({ type: 'Empty', values: [null, 32, null] }).inputs).toEqual({
      width: 512,
      height: 32,
      batch: 1,
    });
  });

  test('that are too short take defaults, as the class declares them, and say for which inputs', () => {
    const { inputs, codes, conversion } = convertNode({ type: 'Sampler', values: [1, 'fixed', 20] });
    expect(stringifyLossless(conversion.prompt['1']?.inputs)).toBe(
      '{"seed":1,"steps":20,"cfg":8.0,"sampler_name":"euler","denoise":1.0}',
    );
    expect(inputs?.['cfg']).toEqual(new JsonFloat(8));
    expect(codes).toEqual(['WIDGET_VALUES_FEWER 1']);
    expect(conversion.problems[0]?.message).toContain('"cfg", "sampler_name", "denoise"');
    expect(conversion.ok).toBe(true);
  });

  test('that are missing altogether are no problem where links replace them', () => {
    const nodes: NodeSketch[] = [
      { id: 2, type: 'Number', out: ['INT'], values: [3] },
      { id: 1, type: 'Number', in: [['value', 'INT', [2, 0], true]] },
    ];
    expect(convert(workflow({ nodes })).problems).toEqual([]);
  });

  test('that are too long lose the rest, and say so', () => {
    const { inputs, codes } = convertNode({ type: 'Empty', values: [1, 2, 3, 4, 5] });
    expect(inputs).toEqual({ width: 1, height: 2, batch: 3 });
    expect(codes).toEqual(['WIDGET_VALUES_MORE 1']);
  });

  test.each([
    ['Empty', ['wide', 32, 1], 'width'],
    ['Forced', [1, 'maybe'], 'c'],
    ['SaveImage', [{ a: 1 }], 'filename_prefix'],
  ] as const)('of class %s that do not fit, %j, are sent and pointed out', (type, values, name) => {
    const { codes, conversion } = convertNode({ type, values: values as unknown as JsonValue[] });
    expect(codes).toEqual(['WIDGET_VALUE_MISFIT 1']);
    expect(conversion.problems[0]?.message).toContain(`"${name}"`);
  });
});

describe('values by name', () => {
  test('of packs come with the widgets that the class does not declare, without those of the editor', () => {
    const values = { format: 'mp4', crf: 19, rate: 12, videopreview: { hidden: false }, upload: 'image', list: [1] };
    expect(convertNode({ type: 'Combine', values }).inputs).toEqual({ rate: 12, format: 'mp4', crf: 19 });
  });

  test('beside a list are preferred to it', () => {
    const extra = {
      widgets_values_named: { height: 7, width: 6, batch: 5, control_after_generate: 'fixed', upload: 'image' },
    };
    expect(convertNode({ type: 'Empty', values: [1], extra })).toMatchObject({
      inputs: { width: 6, height: 7, batch: 5 },
      codes: [],
    });
  });
});

describe('special inputs', () => {
  test('lists are wrapped, so that they are not taken for links', () => {
    const { conversion } = convertNode({
      type: 'Odd',
      values: [
        ['p', 0],
        [
          [0, 0],
          [1, 1],
        ],
        's',
      ],
    });
    expect(stringifyLossless(conversion.prompt['1']?.inputs)).toBe(
      '{"list":{"__value__":["p",0]},"curve":{"__type__":"CURVE","__value__":[[0,0],[1,1]]},"shown":"s"}',
    );
  });

  test('widgets of types that packs define are known by their slots', () => {
    const node: Omit<NodeSketch, 'id'> = {
      type: 'Odd',
      values: [[], null, 's', 0.25],
      in: [['dial', 'DIAL', undefined, true]],
    };
    expect(convertNode(node).inputs).toMatchObject({ shown: 's', dial: 0.25 });
  });

  test('a dynamic combo brings the inputs of its choice', () => {
    const slots: readonly SlotSketch[] = [
      ['images.image0', 'IMAGE', [2, 0]],
      ['images.image1', 'IMAGE', [2, 0]],
      ['images.image2', 'IMAGE'],
    ];
    const image: NodeSketch = { id: 2, type: 'LoadImage', out: ['IMAGE'], values: ['x.png', 'image', 1] };
    const convertSwitch = (values: JsonValue[]) =>
      convert(workflow({ nodes: [image, { id: 1, type: 'Switch', in: slots, values }] }));
    const size = convertSwitch(['size', 11, 12, 'name']);
    expect(size.problems).toEqual([]);
    expect(inputsOf(size, '1')).toEqual({
      mode: 'size',
      'mode.width': 11,
      'mode.height': 12,
      name: 'name',
      'images.image0': ['2', 0],
      'images.image1': ['2', 0],
    });
    expect(inputsOf(convertSwitch(['scale', 1.5, 'name']), '1')).toMatchObject({
      mode: 'scale',
      'mode.factor': 1.5,
      name: 'name',
    });
    expect(inputsOf(convertSwitch([]), '1')).toMatchObject({
      mode: 'scale',
      'mode.factor': new JsonFloat(2),
      name: 'n',
    });
  });

  test('widgets that grow are counted by their slots', () => {
    const slots: readonly SlotSketch[] = [
      ['words.word0', 'STRING', undefined, true],
      ['words.word1', 'STRING', undefined, true],
    ];
    expect(convertNode({ type: 'Words', in: slots, values: ['a', 'b', '+'] })).toMatchObject({
      inputs: { 'words.word0': 'a', 'words.word1': 'b', glue: '+' },
      codes: [],
    });
  });
});

describe('texts', () => {
  const encode = (text: string, random = () => 0) =>
    convertNode({ type: 'Encode', values: [text] }, { random }).inputs?.['text'];

  test('with choices are expanded where the class asks for it', () => {
    expect(encode('a {red|blue} cat', () => 0.99)).toBe('a blue cat');
    expect(convertNode({ type: 'SaveImage', values: ['{a|b}'] }).inputs?.['filename_prefix']).toBe('{a|b}');
  });

  test('that a primitive gives are expanded, too', () => {
    const nodes: NodeSketch[] = [
      { id: 1, type: 'PrimitiveNode', out: ['STRING'], values: ['{x|y}'] },
      { id: 2, type: 'Encode', in: [['text', 'STRING', [1, 0], true]], values: ['old'] },
    ];
    expect(inputsOf(convert(workflow({ nodes })), '2')?.['text']).toBe('x');
  });
});

describe('names of files to save', () => {
  const now = new Date(2026, 2, 7, 5, 4, 9);
  const prefix = (text: string): unknown => {
    const nodes: NodeSketch[] = [
      { id: 1, type: 'Sampler', title: 'My sampler', values: [42, 'fixed', 20, 8.5, 'euler', 1] },
      { id: 2, type: 'Number', values: [7], extra: { properties: { 'Node name for S&R': 'Num' } } },
      { id: 3, type: 'Encode', title: 'Text', values: ['a/b: "c"\n'] },
      { id: 9, type: 'SaveImage', values: [text] },
    ];
    return inputsOf(convert(workflow({ nodes }), { now }), '9')?.['filename_prefix'];
  };

  test.each([
    ['%date:yyyy-MM-dd%/x', '2026-03-07/x'],
    ['%date:yy.M.d hh_mm_ss h m s%', '26.3.7 05_04_09 5 4 9'],
    ['%My sampler.seed%-%My sampler.cfg%', '42-8.5'],
    ['%Num.value%', '7'],
    ['%Text.text%', 'a_b_ _c__'],
    ['%width%x%height%_%Nobody.seed%', '%width%x%height%_%Nobody.seed%'],
    ['100%', '100%'],
  ])('%s becomes %s', (text, expected) => {
    expect(prefix(text)).toBe(expected);
  });

  test('are left alone in nodes that save nothing', () => {
    expect(convertNode({ type: 'Encode', values: ['%date:yyyy%'] }).inputs?.['text']).toBe('%date:yyyy%');
  });
});
