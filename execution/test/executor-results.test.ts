// What nodes may return, and what the executor makes of it.
import { any, block, custom, defineNode, float, int, isLink, type NodeDefinition, out, string } from '@snug/execution';
import { JsonFloat, type JsonObject } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { errorOf, eventTypes, executingIds, type Outcome, Workbench } from './workbench.ts';

const prompt = (inputs: object = {}, classType = 'Subject') => ({ s: { class_type: classType, inputs } });

function bench(...nodes: NodeDefinition[]): Workbench {
  return new Workbench({ kind: 'classic' }, { nodes });
}

/** An output node around a body. */
function subject(
  execute: (...args: never[]) => unknown,
  outputs: readonly ReturnType<typeof any>[] = [],
): NodeDefinition {
  return defineNode({ id: 'Subject', outputNode: true, inputs: {}, outputs, execute: execute as never });
}

async function messageOf(execute: (...args: never[]) => unknown, outputs?: readonly ReturnType<typeof any>[]) {
  const outcome = await bench(subject(execute, outputs)).submit(prompt());
  expect(outcome.success).toBe(false);
  return errorOf(outcome);
}

describe('results that are refused', () => {
  it.each<[string, () => unknown, string]>([
    ['too few outputs', () => [1], 'Subject returned 1 outputs but declares 2'],
    ['too many outputs', () => [1, 2, 3], 'Subject returned 3 outputs but declares 2'],
    ['too few in a rich result', () => out({ result: [1] }), 'Subject returned 1 outputs but declares 2'],
    ['nothing', () => undefined, 'Subject returned 0 outputs but declares 2'],
    ['null', () => null, 'Subject returned 0 outputs but declares 2'],
    ['a bare value', () => 5, 'Subject returned int; return an array'],
    ['an object', () => ({ ui: {} }), 'Subject returned dict; return an array'],
  ])('%s', async (_, execute, text) => {
    expect((await messageOf(execute, [any(), any()]))?.exception_message).toContain(text);
  });

  it('something that is no list for a list output', async () => {
    const error = await messageOf(() => [5], [any({ isList: true }) as ReturnType<typeof any>]);
    expect(error).toMatchObject({ exception_type: 'TypeError' });
  });

  it.each<[string, unknown, string]>([
    ['a number', 5, '"images" is not an array'],
    ['a class instance', [new Map()], '"images" holds something that is no JSON'],
  ])('ui with %s', async (_, images, text) => {
    const error = await messageOf(() => out({ ui: { images } as unknown as JsonObject }));
    expect(error?.exception_message).toContain(text);
  });
});

describe('what nodes throw', () => {
  it.each<[string, () => unknown, string, string]>([
    ['an error', () => Promise.reject(new Error('late')), 'late\n', 'RuntimeError'],
    [
      'a text',
      () => {
        throw 'just text';
      },
      'just text\n',
      'RuntimeError',
    ],
    [
      'undefined',
      () => {
        throw undefined;
      },
      'undefined\n',
      'RuntimeError',
    ],
    [
      'a type error',
      () => (null as unknown as { x: 1 }).x,
      "Cannot read properties of null (reading 'x')\n",
      'TypeError',
    ],
    [
      'a plain object',
      () => {
        throw { reason: 'none', code: 5 };
      },
      "{'reason': 'none', 'code': 5}\n",
      'RuntimeError',
    ],
    [
      'an object that cannot be printed',
      () => {
        throw Object.create({ toString: 5 });
      },
      'a value that has no text form\n',
      'RuntimeError',
    ],
    [
      'an error with a type of its own',
      () => {
        throw Object.assign(new Error('x'), { exceptionType: 'my.Error' });
      },
      'x\n',
      'my.Error',
    ],
  ])('%s is reported', async (_, execute, message, type) => {
    const error = await messageOf(execute);
    expect(error).toMatchObject({
      prompt_id: 'prompt-1',
      node_id: 's',
      node_type: 'Subject',
      executed: [],
      exception_message: message,
      exception_type: type,
      current_outputs: ['s'],
    });
    expect(error?.traceback.every(line => typeof line === 'string' && line.endsWith('\n'))).toBe(true);
  });

  it('is reported with its cause', async () => {
    const error = await messageOf(() => {
      throw new Error('outer', { cause: new RangeError('inner') });
    });
    expect(error?.traceback.join('')).toContain('Caused by RangeError: inner');
  });

  it('is reported with the inputs of the node, long ones cut', async () => {
    const failing = defineNode({
      id: 'Subject',
      outputNode: true,
      inputs: { text: string(), size: float(), handle: any(), nothing: any() },
      outputs: [],
      execute: () => {
        throw new Error('no');
      },
    });
    const source = defineNode({
      id: 'Source',
      inputs: {},
      outputs: [custom<unknown>('HANDLE')],
      execute: () => [{ data: new Float32Array(1e6), dims: [1e6], deep: [[[[[['x']]]]]] }],
    });
    const outcome = await bench(failing, source).submit({
      ...prompt({ text: 'hello', size: 2, handle: ['h', 0], nothing: null }),
      h: { class_type: 'Source', inputs: {} },
    });
    const inputs = errorOf(outcome)?.current_inputs as JsonObject;
    expect(inputs).toMatchObject({ text: ['hello'], size: [2], nothing: [null] });
    expect(String((inputs['handle'] as string[])[0])).toMatch(/^\{'data': <Float32Array>, 'dims': \[1000000\]/);
  });
});

it('lists hidden inputs of a failing node, but no secrets', async () => {
  const failing = defineNode({
    id: 'Subject',
    outputNode: true,
    inputs: { text: string() },
    hidden: ['prompt', 'extraPngInfo', 'uniqueId', 'apiKey'],
    outputs: [],
    execute: () => {
      throw new Error('no');
    },
  });
  const inputs = errorOf(await bench(failing).submit(prompt({ text: 'hello' })))?.current_inputs as JsonObject;
  expect(Object.keys(inputs)).toEqual(['text', 'prompt', 'extra_pnginfo', 'unique_id']);
  expect(inputs).toMatchObject({ text: ['hello'], extra_pnginfo: [null] });
  expect(String((inputs['prompt'] as string[])[0])).toContain("'class_type': 'Subject'");
});

describe('memory errors', () => {
  const failing = (error: Error) =>
    subject(() => {
      throw error;
    });

  async function run(error: Error, options: object = {}) {
    let unloaded = 0;
    const workbench = new Workbench(
      { kind: 'classic' },
      { nodes: [failing(error)], executor: { onOutOfMemory: () => void unloaded++, ...options } },
    );
    return { error: errorOf(await workbench.submit(prompt())), unloaded, warnings: workbench.warnings };
  }

  it('come with a tip, and models are unloaded', async () => {
    const { error, unloaded } = await run(Object.assign(new Error('2 GB wanted'), { code: 'ENGINE_OUT_OF_MEMORY' }));
    expect(error).toMatchObject({ exception_type: 'torch.OutOfMemoryError' });
    expect(error?.exception_message).toMatch(/^2 GB wanted\n.*memory.*\n\n.*batch size/s);
    expect(unloaded).toBe(1);
  });

  it('are recognised as a cause, and by the caller', async () => {
    const cause = Object.assign(new Error('x'), { code: 'ENGINE_OUT_OF_MEMORY' });
    expect((await run(new Error('outer', { cause }))).unloaded).toBe(1);
    const isOutOfMemory = (error: unknown) => error instanceof RangeError;
    expect((await run(new RangeError('x'), { isOutOfMemory })).unloaded).toBe(1);
    expect((await run(new Error('x'), { isOutOfMemory })).unloaded).toBe(0);
  });

  it('are reported even when unloading fails', async () => {
    const onOutOfMemory = () => Promise.reject(new Error('stuck'));
    const error = Object.assign(new Error('x'), { code: 'ENGINE_OUT_OF_MEMORY' });
    const result = await run(error, { onOutOfMemory });
    expect(result.error?.exception_type).toBe('torch.OutOfMemoryError');
    expect(result.warnings).toEqual([expect.stringContaining('stuck')]);
  });
});

describe('ui', () => {
  const shows = defineNode({
    id: 'Subject',
    outputNode: true,
    inputs: { items: any() },
    outputs: [],
    execute: ({ items }) => out({ ui: items as JsonObject }),
  });
  const list = defineNode({
    id: 'Uis',
    inputs: {},
    outputs: [any({ isList: true })],
    execute: () => [
      [
        { images: [1], text: 'ab' },
        { images: [2, 3], text: ['c'], more: [4] },
      ],
    ],
  });

  const submit = (inputs: object): Promise<Outcome> =>
    bench(shows, list).submit({ ...prompt(inputs), u: { class_type: 'Uis', inputs: {} } });

  it('of several calls is joined by the keys of the first, texts letter by letter', async () => {
    const outcome = await submit({ items: ['u', 0] });
    expect(outcome.outputs).toEqual({ s: { images: [1, 2, 3], text: ['a', 'b', 'c'] } });
  });

  it('that is empty is not told', async () => {
    const outcome = await submit({ items: {} });
    expect(eventTypes(outcome)).not.toContain('executed');
    expect(outcome.outputs).toEqual({});
  });

  it('that a later call lacks is an error', async () => {
    const missing = defineNode({
      id: 'Uis',
      inputs: {},
      outputs: [any({ isList: true })],
      execute: () => [[{ images: [1] }, { other: [2] }]],
    });
    const outcome = await bench(shows, missing).submit({
      ...prompt({ items: ['u', 0] }),
      u: { class_type: 'Uis', inputs: {} },
    });
    expect(errorOf(outcome)?.exception_message).toContain('"images" is missing in the ui of a later call');
  });

  it('keeps integers and floats apart', async () => {
    const outcome = await submit({ items: { values: [new JsonFloat(1), 1] } });
    expect(outcome.outputs['s']).toEqual({ values: [new JsonFloat(1), 1] });
  });
});

describe('blockers', () => {
  const sink = defineNode({
    id: 'Sink',
    outputNode: true,
    inputs: { value: any() },
    outputs: [],
    execute: ({ value }) => out({ ui: { text: [String(value)] } }),
  });

  it('as the whole result block every output', async () => {
    const source = defineNode({
      id: 'Source',
      inputs: {},
      outputs: [any(), any({ isList: true })],
      execute: () => block(),
    });
    const graph = {
      n: { class_type: 'Source', inputs: {} },
      a: { class_type: 'Sink', inputs: { value: ['n', 0] } },
      b: { class_type: 'Sink', inputs: { value: ['n', 1] } },
    };
    const outcome = await bench(source, sink).submit(graph);
    expect(outcome).toMatchObject({ success: true, outputs: {} });
    expect(executingIds(outcome)).toEqual(['n', 'a', 'b']);
  });

  it('tell their message at the first consumer only, and the run goes on', async () => {
    const source = defineNode({ id: 'Source', inputs: {}, outputs: [any()], execute: () => [block('stop here')] });
    const pass = defineNode({
      id: 'Pass',
      inputs: { value: any() },
      outputs: [any()],
      execute: ({ value }) => [value],
    });
    const graph = {
      n: { class_type: 'Source', inputs: {} },
      p: { class_type: 'Pass', inputs: { value: ['n', 0] } },
      a: { class_type: 'Sink', inputs: { value: ['p', 0] } },
    };
    const outcome = await bench(source, pass, sink).submit(graph);
    const errors = outcome.events.filter(({ type }) => type === 'execution_error');
    expect(errors).toEqual([
      {
        type: 'execution_error',
        data: {
          prompt_id: 'prompt-1',
          node_id: 'p',
          node_type: 'Pass',
          executed: ['n'],
          exception_message: 'Execution Blocked: stop here',
          exception_type: 'ExecutionBlocked',
          traceback: [],
          current_inputs: [],
          current_outputs: [],
        },
      },
    ]);
    expect(outcome.messages.map(([type]) => type)).toEqual([
      'execution_start',
      'execution_cached',
      'execution_success',
    ]);
  });
});

describe('blockers at a node with a lazy check', () => {
  it('are told once', async () => {
    const source = defineNode({ id: 'Source', inputs: {}, outputs: [any()], execute: () => [block('stop')] });
    const lazy = defineNode({
      id: 'Subject',
      outputNode: true,
      inputs: { value: any(), more: any({ lazy: true, optional: true }) },
      outputs: [],
      checkLazy: () => ['more'],
      execute: () => undefined,
    });
    const outcome = await bench(source, lazy).submit({
      ...prompt({ value: ['n', 0] }),
      n: { class_type: 'Source', inputs: {} },
    });
    expect(eventTypes(outcome).filter(type => type === 'execution_error')).toHaveLength(1);
    expect(outcome.success).toBe(true);
  });
});

describe('list mapping', () => {
  const numbers = (...values: number[]) =>
    defineNode({ id: `List${values.length}`, inputs: {}, outputs: [int({ isList: true })], execute: () => [values] });

  async function calls(inputs: Record<string, unknown>, ...lists: NodeDefinition[]) {
    const seen: unknown[] = [];
    const node = defineNode({
      id: 'Subject',
      outputNode: true,
      inputs: { a: int({ optional: true }), b: int({ optional: true }) },
      outputs: [],
      execute: (args, { listIndex }) => {
        seen.push({ ...args, listIndex });
      },
    });
    const sources = Object.fromEntries(lists.map(({ id }) => [id, { class_type: id, inputs: {} }]));
    const outcome = await bench(node, ...lists).submit({ ...prompt(inputs), ...sources });
    return { seen, outcome };
  }

  it('repeats the last item of shorter lists', async () => {
    const { seen } = await calls({ a: ['List3', 0], b: ['List2', 0] }, numbers(1, 2, 3), numbers(7, 8));
    expect(seen).toEqual([
      { a: 1, b: 7, listIndex: 0 },
      { a: 2, b: 8, listIndex: 1 },
      { a: 3, b: 8, listIndex: 2 },
    ]);
  });

  it('calls a node without inputs once', async () => {
    expect((await calls({})).seen).toEqual([{ listIndex: 0 }]);
  });

  it('calls a node whose lists are all empty once, without arguments', async () => {
    expect((await calls({ a: ['List0', 0] }, numbers())).seen).toEqual([{ listIndex: 0 }]);
  });

  it('refuses an empty list beside one that is not', async () => {
    const { outcome } = await calls({ a: ['List0', 0], b: 1 }, numbers());
    expect(errorOf(outcome)).toMatchObject({
      exception_type: 'IndexError',
      exception_message: 'list index out of range\n',
    });
  });

  it('gives whole lists to a node that wants them', async () => {
    let seen: unknown;
    const node = defineNode({
      id: 'Subject',
      outputNode: true,
      inputIsList: true,
      inputs: { a: int(), b: int() },
      outputs: [],
      execute: args => {
        seen = { ...args };
      },
    });
    const source = numbers(1, 2, 3);
    await bench(node, source).submit({
      ...prompt({ a: ['List3', 0], b: 5 }),
      List3: { class_type: 'List3', inputs: {} },
    });
    expect(seen).toEqual({ a: [1, 2, 3], b: [5] });
  });
});

describe('arguments', () => {
  async function argsOf(
    node: Parameters<typeof defineNode>[0],
    inputs: object,
    sources: Record<string, object> = {},
    nodes: NodeDefinition[] = [],
  ) {
    let seen: Record<string, unknown> = {};
    const definition = defineNode({
      ...node,
      id: 'Subject',
      outputNode: true,
      outputs: [],
      execute: args => {
        seen = { ...args };
      },
    });
    const workbench = bench(definition, ...nodes);
    const outcome = await workbench.submit({ ...prompt(inputs), ...sources });
    expect(outcome.success).toBe(true);
    return seen;
  }
  const base = { id: 'Subject', outputs: [] as const, execute: () => undefined };

  it('unbox floats of typed inputs and leave those of others as sent', async () => {
    const inputs = { f: float(), i: int(), big: int({ big: true }), huge: int(), x: any() };
    const seen = await argsOf({ ...base, inputs }, { f: 5, i: '7', big: 7, huge: 2n ** 63n, x: new JsonFloat(5) });
    expect(seen).toEqual({ f: 5, i: 7, big: 7n, huge: Number(2n ** 63n), x: new JsonFloat(5) });
  });

  it('leave out undeclared constants unless the class accepts them', async () => {
    expect(await argsOf({ ...base, inputs: { a: int() } }, { a: 1, zzz: 2 })).toEqual({ a: 1 });
    expect(await argsOf({ ...base, inputs: { a: int() }, acceptUndeclared: true }, { a: 1, zzz: 2 })).toEqual({
      a: 1,
      zzz: 2,
    });
  });

  it('hold hidden inputs that are accepted when sent', async () => {
    const node = { ...base, inputs: {}, hiddenInputs: { initial: any() } };
    expect(await argsOf(node, { initial: 3 })).toEqual({ initial: 3 });
    expect(await argsOf(node, {})).toEqual({});
  });

  it('hold null for an output that the source does not have', async () => {
    const source = defineNode({
      id: 'OnlyUi',
      outputNode: true,
      inputs: {},
      outputs: [any()],
      execute: () => out({ ui: { text: ['x'] } }),
    });
    const seen = await argsOf(
      { ...base, inputs: { a: any() } },
      { a: ['u', 0] },
      { u: { class_type: 'OnlyUi', inputs: {} } },
      [source],
    );
    expect(seen).toEqual({ a: null });
  });

  it('hold the link itself of a raw input, whose source still runs', async () => {
    const seen = await argsOf(
      { ...base, inputs: { a: any({ rawLink: true }) } },
      { a: ['i', 0] },
      { i: { class_type: 'StubInt', inputs: { value: 1 } } },
    );
    expect(isLink(seen['a'])).toBe(true);
  });

  it('count negative slots from the end', async () => {
    const two = defineNode({ id: 'Two', inputs: {}, outputs: [any(), any()], execute: () => ['first', 'last'] });
    const seen = await argsOf(
      { ...base, inputs: { a: any() } },
      { a: ['t', -1] },
      { t: { class_type: 'Two', inputs: {} } },
      [two],
    );
    expect(seen).toEqual({ a: 'last' });
  });
});
