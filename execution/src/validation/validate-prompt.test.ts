import { JsonFloat, type JsonValue, type Prompt, parseLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { type Catalogue, describeNode, type NodeDescription } from '../catalogue/node-description.ts';
import { defineNode } from '../contract/define-node.ts';
import { autogrow, dynamicCombo, dynamicGroup } from '../contract/dynamic-input-builders.ts';
import { any, combo, float, image, int, multiCombo, string, union } from '../contract/input-builders.ts';
import { NodeRegistry } from '../contract/node-registry.ts';
import { type RunValidator, type ValidationRequest, validatePrompt } from './validate-prompt.ts';

const execute = () => undefined;

const nodes = [
  defineNode({ id: 'Source', inputs: {}, outputs: [image(), int()], execute: (): never => undefined as never }),
  defineNode({
    id: 'Pass',
    inputs: { image: image(), other: image({ optional: true }) },
    outputs: [image()],
    execute: ({ image }) => [image],
  }),
  defineNode({ id: 'Save', outputNode: true, inputs: { images: image() }, outputs: [], execute }),
  defineNode({
    id: 'Widgets',
    outputNode: true,
    inputs: {
      count: int({ min: 1, max: 10, optional: true }),
      level: float({ min: 0, max: 1, optional: true }),
      name: string({ optional: true }),
      bounded: any({ min: 0, optional: true }),
      choice: combo(['a', 'b'], { optional: true }),
      number: combo([1, 2], { optional: true }),
    },
    outputs: [],
    execute,
  }),
  defineNode({
    id: 'NewWidgets',
    wire: 'v3',
    outputNode: true,
    inputs: { choice: combo(['a', 'b'], { optional: true }), many: multiCombo(['a', 'b'], { optional: true }) },
    outputs: [],
    execute,
  }),
  defineNode({
    id: 'Checked',
    outputNode: true,
    inputs: { a: float({ min: 0 }), b: union(['IMAGE', 'FLOAT'], { optional: true }) },
    hidden: ['uniqueId', 'prompt'],
    outputs: [],
    validate: { names: ['a'], check: () => true },
    execute,
  }),
  defineNode({
    id: 'ChecksAll',
    outputNode: true,
    inputs: { a: float({ optional: true }) },
    hidden: ['uniqueId', 'prompt'],
    outputs: [],
    validate: { names: 'all', check: () => true },
    execute,
  }),
  defineNode({
    id: 'ChecksTypes',
    outputNode: true,
    inputs: { a: float() },
    outputs: [],
    validate: { names: [], wantsInputTypes: true, check: () => true },
    execute,
  }),
  defineNode({
    id: 'Dynamic',
    wire: 'v3',
    outputNode: true,
    inputs: {
      images: autogrow(image(), { prefix: 'image', min: 1, max: 3 }, { optional: true }),
      mode: dynamicCombo({ size: { width: int({ min: 1 }) }, none: {} }, { optional: true }),
      rows: dynamicGroup({ weight: float({ max: 1 }) }, { max: 2 }, { optional: true }),
    },
    outputs: [],
    execute,
  }),
  defineNode({
    id: 'Row',
    wire: 'v3',
    outputNode: true,
    inputs: { images: autogrow(image(), { prefix: 'image', min: 2 }) },
    outputs: [],
    execute,
  }),
];

const registry = new NodeRegistry();
registry.registerPack({ name: 'test', pythonModule: 'nodes', nodes });
const catalogue: Catalogue = new Map<string, NodeDescription>(
  [...registry].map(node => [node.definition.id, describeNode(node, {} as never)]),
);

const passAll: RunValidator = async () => ({ passed: true });

function validate(text: string | Prompt, options: Partial<ValidationRequest> = {}) {
  const prompt = typeof text === 'string' ? (parseLossless(text) as unknown as Prompt) : text;
  return validatePrompt({ prompt, targets: null, catalogue, runValidator: passAll, ...options });
}

const one = (classType: string, inputs: string) => `{"1": {"class_type": "${classType}", "inputs": ${inputs}}}`;

async function errorsOf(text: string, id = '1', options: Partial<ValidationRequest> = {}) {
  const { nodeErrors } = await validate(text, options);
  return nodeErrors[id]?.errors ?? [];
}

describe('the whole prompt', () => {
  it.each<[string, string]>([
    ['{"1": {"inputs": {}}}', 'Cannot execute because a node is missing the class_type property.'],
    ['{"1": "x"}', 'Cannot execute because a node is missing the class_type property.'],
    ['{"1": null}', 'Cannot execute because a node is missing the class_type property.'],
    ['{"1": {"class_type": null}}', 'Cannot execute because node None does not exist.'],
    ['{"1": {"class_type": 5.0}}', 'Cannot execute because node 5.0 does not exist.'],
    ['{"1": {"class_type": ["a"]}}', "Cannot execute because node ['a'] does not exist."],
    ['{"1": {"class_type": "constructor", "inputs": {}}}', 'Cannot execute because node constructor does not exist.'],
  ])('refuses %s', async (text, message) => {
    expect(await validate(text)).toEqual({
      ok: false,
      error: { type: 'invalid_prompt', message, details: "Node ID '#1'", extra_info: {} },
      nodeErrors: {},
    });
  });

  it('stops at the first bad node in the order of the text', async () => {
    const outcome = await validate('{"9": {"class_type": "X"}, "1": {"class_type": "Y"}}');
    expect(outcome).toMatchObject({ error: { details: "Node ID '#9'" } });
  });

  it('names the class that an unknown one most likely means, beside the recorded words', async () => {
    expect(await validate('{"1": {"class_type": "Widget", "inputs": {}}}')).toMatchObject({
      error: { message: 'Cannot execute because node Widget does not exist.', extra_info: { suggestion: 'Widgets' } },
    });
  });

  it('reports a missing class as the newest reference does when asked to', async () => {
    const missingNodeError = 'missing_node_type';
    const text = '{"7": {"class_type": "Gone", "inputs": {}, "_meta": {"title": "My node"}}}';
    expect(await validate(text, { missingNodeError })).toMatchObject({
      error: {
        type: 'missing_node_type',
        message: "Node 'My node' not found. The custom node may not be installed.",
        extra_info: { node_id: '7', class_type: 'Gone', node_title: 'My node' },
      },
    });
    expect(await validate('{"7": {"inputs": {}}}', { missingNodeError })).toMatchObject({
      error: {
        message: "Node 'ID #7' has no class_type. The workflow may be corrupted or a custom node is missing.",
        extra_info: { class_type: null },
      },
    });
  });

  it.each([
    ['{}', null],
    [one('Pass', '{}'), null],
    [one('Save', '{"images": ["1", 0]}'), []],
    [one('Save', '{"images": ["1", 0]}'), ['2']],
  ])('finds no outputs in %s with targets %j', async (text, targets) => {
    expect(await validate(text, { targets })).toMatchObject({ ok: false, error: { type: 'prompt_no_outputs' } });
  });

  it('answers outputs in the order of the text', async () => {
    const save = '{"class_type": "Save", "inputs": {"images": ["s", 0]}}';
    const outcome = await validate(`{"10": ${save}, "2": ${save}, "s": {"class_type": "Source", "inputs": {}}}`);
    expect(outcome).toMatchObject({ ok: true, outputs: ['10', '2'] });
  });

  it('treats __proto__ and constructor as ordinary ids and input names', async () => {
    const text = `{"__proto__": {"class_type": "Source", "inputs": {"__proto__": 1, "constructor": ["x", 0]}},
      "constructor": {"class_type": "Save", "inputs": {"images": ["__proto__", 0]}}}`;
    expect(await validate(text)).toMatchObject({ ok: true, outputs: ['constructor'] });
    const missing = one('Save', '{"images": ["toString", 0]}');
    expect(await errorsOf(missing)).toMatchObject([{ details: "'toString'" }]);
  });
});

describe('links', () => {
  const save = (link: string) =>
    `{"s": {"class_type": "Source", "inputs": {}}, "1": {"class_type": "Save", "inputs": {"images": ${link}}}}`;

  it.each<[string, string, string]>([
    ['["9", 0]', 'KeyError', "'9'"],
    ['[1, 0]', 'KeyError', '1'],
    ['[null, 0]', 'KeyError', 'None'],
    ['[["s"], 0]', 'TypeError', "unhashable type: 'list'"],
    ['[{}, 0]', 'TypeError', "unhashable type: 'dict'"],
    ['["s", 2]', 'IndexError', 'tuple index out of range'],
    ['["s", -3]', 'IndexError', 'tuple index out of range'],
    ['["s", "0"]', 'TypeError', 'tuple indices must be integers or slices, not str'],
    ['["s", 0.0]', 'TypeError', 'tuple indices must be integers or slices, not float'],
    ['["s", null]', 'TypeError', 'tuple indices must be integers or slices, not NoneType'],
  ])('reports the exception of %s', async (link, type, text) => {
    expect(await errorsOf(save(link))).toMatchObject([
      { type: 'exception_during_validation', details: text, extra_info: { exception_type: type } },
    ]);
  });

  it.each(['["s", 0]', '["s", -2]', '["s", false]'])('accepts %s', async link => {
    expect((await validate(save(link))).ok).toBe(true);
  });

  it('refuses the type of a negative index that names another output', async () => {
    expect(await errorsOf(save('["s", -1]'))).toMatchObject([{ type: 'return_type_mismatch' }]);
  });

  it('reports a node without inputs as an exception', async () => {
    expect(await errorsOf('{"1": {"class_type": "Save"}}')).toMatchObject([
      { type: 'exception_during_validation', details: "'inputs'", extra_info: { exception_type: 'KeyError' } },
    ]);
  });

  it('counts inputs that are no object as none', async () => {
    expect(await errorsOf(one('Save', '[]'))).toMatchObject([{ type: 'required_input_missing', details: 'images' }]);
  });

  it('does not visit a source through a link of the wrong type', async () => {
    const text = `{"w": {"class_type": "Source", "inputs": {"x": 1}}, "b": {"class_type": "Pass", "inputs": {}},
      "1": {"class_type": "ChecksAll", "inputs": {"a": ["b", 0]}}}`;
    const { nodeErrors } = await validate(text);
    expect(Object.keys(nodeErrors)).toEqual(['1']);
  });

  it('lists the outputs that really depend on a bad node', async () => {
    const text = `{"bad": {"class_type": "Pass", "inputs": {}}, "p": {"class_type": "Pass", "inputs": {"image": ["bad", 0]}},
      "1": {"class_type": "Save", "inputs": {"images": ["p", 0]}}, "2": {"class_type": "Save", "inputs": {}},
      "3": {"class_type": "Save", "inputs": {"images": ["bad", 0]}}}`;
    const { nodeErrors } = await validate(text);
    expect(nodeErrors).toMatchObject({ bad: { dependent_outputs: ['1', '3'] }, 2: { dependent_outputs: ['2'] } });
    expect(Object.keys(nodeErrors).sort()).toEqual(['2', 'bad']);
  });
});

describe('cycles', () => {
  const text = `{"a": {"class_type": "Pass", "inputs": {"image": ["b", 0]}}, "b": {"class_type": "Pass", "inputs": {"image": ["a", 0]}},
    "1": {"class_type": "Save", "inputs": {"images": ["a", 0]}}}`;

  it('names the nodes of a cycle at each of them', async () => {
    const { nodeErrors } = await validate(text);
    const details = 'a (Pass) -> b (Pass) -> a (Pass)';
    expect(Object.keys(nodeErrors).sort()).toEqual(['a', 'b']);
    for (const id of ['a', 'b']) {
      expect(nodeErrors[id]?.errors).toEqual([
        {
          type: 'dependency_cycle',
          message: 'Dependency cycle detected',
          details,
          extra_info: { node_id: id, cycle_nodes: ['a', 'b'] },
        },
      ]);
    }
  });

  it('puts the other problems of a node after its cycle', async () => {
    const withOther = text.replace('"image": ["b", 0]', '"other": ["b", 0]');
    expect((await errorsOf(withOther, 'a')).map(({ type }) => type)).toEqual([
      'dependency_cycle',
      'required_input_missing',
    ]);
  });

  it('finds a node that links to itself', async () => {
    const self =
      '{"1": {"class_type": "Pass", "inputs": {"image": ["1", 0]}}, "s": {"class_type": "Save", "inputs": {"images": ["1", 0]}}}';
    expect(await errorsOf(self)).toMatchObject([{ details: '1 (Pass) -> 1 (Pass)' }]);
  });

  it('cuts the path of a long cycle', async () => {
    const prompt: Prompt = Object.create(null);
    for (let n = 0; n < 5000; n++)
      prompt[`n${n}`] = { class_type: 'Pass', inputs: { image: [`n${(n + 1) % 5000}`, 0] } };
    prompt['save'] = { class_type: 'Save', inputs: { images: ['n0', 0] } };
    const { nodeErrors } = await validate(prompt);
    const [error] = nodeErrors['n4999']?.errors ?? [];
    expect(error?.details).toContain('... 4950 more ... -> n0 (Pass)');
    expect(error?.extra_info['cycle_nodes']).toHaveLength(50);
  });
});

describe('large prompts', () => {
  function chain(length: number): Prompt {
    const prompt: Prompt = Object.create(null);
    prompt['save'] = { class_type: 'Save', inputs: { images: [`n${length - 1}`, 0] } };
    for (let n = length - 1; n > 0; n--) prompt[`n${n}`] = { class_type: 'Pass', inputs: { image: [`n${n - 1}`, 0] } };
    prompt['n0'] = { class_type: 'Source', inputs: {} };
    return prompt;
  }

  it('walks a chain of 60,000 nodes without exhausting the stack', async () => {
    expect((await validate(chain(60_000))).ok).toBe(true);
  });

  it('lets other work run meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await validate(chain(50_000));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it('reports a bounded number of problems', async () => {
    const prompt: Prompt = Object.create(null);
    for (let n = 0; n < 20_000; n++) prompt[`n${n}`] = { class_type: 'Save', inputs: {} };
    const outcome = await validate(prompt);
    expect(outcome.ok).toBe(false);
    expect(Object.keys(outcome.nodeErrors)).toHaveLength(10_000);
  });
});

describe('constants', () => {
  it('writes converted values into the prompt', async () => {
    const outcome = await validate(one('Widgets', '{"count": "7", "level": true, "name": 5.0}'));
    expect(outcome.ok && outcome.prompt['1']?.inputs).toEqual({ count: 7, level: new JsonFloat(1), name: '5.0' });
  });

  it('unwraps lists and leaves undeclared wrappers alone', async () => {
    const outcome = await validate(one('NewWidgets', '{"many": {"__value__": ["a"]}, "zzz": {"__value__": 1}}'));
    expect(outcome.ok && outcome.prompt['1']?.inputs).toEqual({ many: ['a'], zzz: { __value__: 1 } });
  });

  it('reports a bound on a value without an order as an exception', async () => {
    expect(await errorsOf(one('Widgets', '{"bounded": "x"}'))).toMatchObject([
      {
        type: 'exception_during_validation',
        details: "'<' not supported between instances of 'str' and 'int'",
        extra_info: { exception_type: 'TypeError' },
      },
    ]);
  });

  it('compares options as Python does', async () => {
    expect((await validate(one('Widgets', '{"number": true}'))).ok).toBe(true);
    expect((await validate(one('Widgets', '{"number": 2.0}'))).ok).toBe(true);
    expect((await validate(one('Widgets', '{"number": "1"}'))).ok).toBe(false);
  });

  it.each<[string, string]>([
    ['{"choice": "c"}', "choice: 'c' not in ['a', 'b']"],
    ['{"choice": 5}', "choice: 5 not in ['a', 'b']"],
    ['{"many": {"__value__": ["a", "x", "y"]}}', "many: 'x', 'y' not in ['a', 'b']"],
  ])('checks the options of V3 combos: %s', async (inputs, details) => {
    expect(await errorsOf(one('NewWidgets', inputs))).toMatchObject([{ type: 'value_not_in_list', details }]);
  });

  it('gives not-a-number a pass at all bounds', async () => {
    expect((await validate(one('Widgets', '{"level": NaN}'))).ok).toBe(true);
    expect((await validate(one('Widgets', '{"level": Infinity}'))).ok).toBe(false);
  });
});

describe('custom validators', () => {
  const fail: RunValidator = async () => ({ passed: false, text: 'no good' });

  it('gets the coerced constants, links as null and only what it takes', async () => {
    const calls: JsonValue[][] = [];
    const runValidator: RunValidator = async (...call) => {
      calls.push(call as JsonValue[]);
      return { passed: true };
    };
    await validate(one('Checked', '{"a": 5, "b": 1}'), { runValidator });
    await validate(
      '{"s": {"class_type": "Source", "inputs": {}}, "1": {"class_type": "Checked", "inputs": {"a": ["s", 0], "b": ["s", 0]}}}',
      { runValidator },
    );
    await validate(one('ChecksAll', '{"a": "2", "zzz": 1}'), { runValidator });
    expect(calls).toEqual([
      ['1', 'Checked', { a: new JsonFloat(5) }, undefined],
      // Called although the type of the link was refused already.
      ['1', 'Checked', { a: null }, undefined],
      ['1', 'ChecksAll', { a: new JsonFloat(2), unique_id: '1', prompt: {} }, undefined],
    ]);
  });

  it('sees a link as null', async () => {
    let seen: unknown;
    const text = `{"s": {"class_type": "Source", "inputs": {}}, "1": {"class_type": "ChecksAll", "inputs": {"other": ["s", 0]}}}`;
    const runValidator: RunValidator = async (_id, _class, args) => {
      seen = args;
      return { passed: true };
    };
    await validate(text, { runValidator });
    expect(seen).toEqual({ other: null, unique_id: '1', prompt: {} });
  });

  it('replaces the bounds of the inputs it takes', async () => {
    expect((await validate(one('Checked', '{"a": -1}'))).ok).toBe(true);
  });

  it('yields one problem per argument, hidden ones included', async () => {
    const details = (await errorsOf(one('ChecksAll', '{"a": 1}'), '1', { runValidator: fail })).map(e => e.details);
    expect(details).toEqual(['a - no good', 'unique_id - no good', 'prompt - no good']);
  });

  it('tells the types of links when it wants them, and is then blamed under that name', async () => {
    let seen: unknown;
    const text = `{"s": {"class_type": "Source", "inputs": {}}, "1": {"class_type": "ChecksTypes", "inputs": {"a": ["s", 0]}}}`;
    const runValidator: RunValidator = async (_id, _class, _args, inputTypes) => {
      seen = inputTypes;
      return { passed: false, text: null };
    };
    expect(await errorsOf(text, '1', { runValidator })).toMatchObject([
      { details: 'input_types', extra_info: { input_name: 'input_types' } },
    ]);
    expect(seen).toEqual({ a: 'IMAGE' });
  });

  it('reports what it throws', async () => {
    const runValidator: RunValidator = async () => {
      throw new RangeError('broken');
    };
    expect(await errorsOf(one('Checked', '{"a": 1}'), '1', { runValidator })).toMatchObject([
      { type: 'exception_during_validation', details: 'broken', extra_info: { exception_type: 'RangeError' } },
    ]);
  });
});

describe('dynamic inputs', () => {
  it('checks the members that are sent', async () => {
    expect((await validate(one('Dynamic', '{"mode": "size", "mode.width": "12"}'))).ok).toBe(true);
    expect(await errorsOf(one('Dynamic', '{"mode": "size", "mode.width": 0}'))).toMatchObject([
      { type: 'value_smaller_than_min', details: 'mode.width' },
    ]);
    expect((await validate(one('Dynamic', '{"mode": "none", "mode.width": 0}'))).ok).toBe(true);
    expect((await validate(one('Dynamic', '{"mode": "unknown"}'))).ok).toBe(true);
  });

  it('names the last part of a missing member', async () => {
    expect(await errorsOf(one('Row', '{}'))).toMatchObject([
      { details: 'image0', extra_info: { input_name: 'images.image0' } },
      { details: 'image1' },
    ]);
  });

  it('refuses more rows than are allowed and checks nothing else then', async () => {
    const inputs = '{"rows.0.weight": 5, "rows.2.weight": 0.5}';
    expect(await errorsOf(one('Dynamic', inputs))).toEqual([
      {
        type: 'invalid_dynamic_input',
        message: 'Invalid dynamic input',
        details: 'rows has row 2, but at most 2 rows are allowed',
        extra_info: { input_name: 'rows' },
      },
    ]);
    expect(await errorsOf(one('Dynamic', '{"rows.1.weight": 5}'))).toMatchObject([
      { type: 'required_input_missing', details: 'weight' },
      { type: 'value_bigger_than_max', details: 'rows.1.weight' },
    ]);
  });
});
