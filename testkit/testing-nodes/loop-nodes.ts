// Loops made of expansion: closing a loop copies its body and runs it again until the condition is false.
import {
  any,
  block,
  boolean,
  custom,
  defineNode,
  type GraphBuilder,
  int,
  isLink,
  out,
  type PromptGraph,
} from '@snug/execution';
import type { Link, NodeId } from '@snug/protocol';
import { variantValidator } from './variant.ts';

const CATEGORY = 'Testing/Flow';
const FLOW_SOCKETS = [0, 1, 2, 3, 4] as const;

const optionalAny = () => any({ optional: true });

const whileOpenInputs = {
  condition: boolean({ default: true }),
  initial_value0: optionalAny(),
  initial_value1: optionalAny(),
  initial_value2: optionalAny(),
  initial_value3: optionalAny(),
  initial_value4: optionalAny(),
};

export const TestWhileLoopOpen = defineNode({
  id: 'TestWhileLoopOpen',
  category: CATEGORY,
  inputs: whileOpenInputs,
  outputs: [custom<string>('FLOW_CONTROL', { name: 'FLOW_CONTROL' }), any(), any(), any(), any(), any()],
  validate: variantValidator(whileOpenInputs),
  execute: args => [
    'stub',
    args.initial_value0 ?? null,
    args.initial_value1 ?? null,
    args.initial_value2 ?? null,
    args.initial_value3 ?? null,
    args.initial_value4 ?? null,
  ],
});

const whileCloseInputs = {
  flow_control: custom<unknown>('FLOW_CONTROL', { rawLink: true }),
  condition: boolean({ forceInput: true }),
  initial_value0: optionalAny(),
  initial_value1: optionalAny(),
  initial_value2: optionalAny(),
  initial_value3: optionalAny(),
  initial_value4: optionalAny(),
};

export const TestWhileLoopClose = defineNode({
  id: 'TestWhileLoopClose',
  category: CATEGORY,
  inputs: whileCloseInputs,
  hidden: ['dynprompt', 'uniqueId'],
  outputs: [any(), any(), any(), any(), any()],
  validate: variantValidator(whileCloseInputs),
  execute: (args, context) => {
    const values = FLOW_SOCKETS.map(n => args[`initial_value${n}`] ?? null);
    const { dynprompt, uniqueId } = context.hidden;
    if (!args.condition || dynprompt === null) return out({ result: values });
    const builder = context.graph();
    copyBody(builder, dynprompt, args.flow_control[0], uniqueId);
    const open = builder.lookup(args.flow_control[0]);
    for (const n of FLOW_SOCKETS) open?.setInput(`initial_value${n}`, values[n]);
    const next = builder.lookup('Recurse');
    return out({ result: FLOW_SOCKETS.map(n => next?.out(n)), expand: builder.finalize() });
  },
});

/** Copies the nodes between `open` and `close`, both included; links to nodes outside stay as they are. */
function copyBody(builder: GraphBuilder, graph: PromptGraph, open: NodeId, close: NodeId): void {
  const body = bodyOf(graph, open, close);
  const nameOf = (id: NodeId): string => (id === close ? 'Recurse' : id);
  for (const id of body) {
    builder.node(graph.node(id).class_type, {}, nameOf(id)).setOverrideDisplayId(id);
  }
  for (const id of body) {
    const copy = builder.lookup(nameOf(id));
    for (const [name, value] of Object.entries(graph.node(id).inputs)) {
      const source = isLink(value) && body.has(value[0]) ? builder.lookup(nameOf(value[0])) : null;
      copy?.setInput(name, source === null ? value : source.out((value as Link)[1]));
    }
  }
}

/** Nodes downstream of `open` on the paths that lead to `close`. */
function bodyOf(graph: PromptGraph, open: NodeId, close: NodeId): ReadonlySet<NodeId> {
  const consumers = new Map<NodeId, NodeId[]>();
  const upstream = [close];
  const seen = new Set(upstream);
  for (let id = upstream.pop(); id !== undefined; id = upstream.pop()) {
    for (const value of Object.values(graph.node(id).inputs)) {
      if (!isLink(value)) continue;
      const [source] = value;
      consumers.set(source, [...(consumers.get(source) ?? []), id]);
      if (!seen.has(source)) upstream.push(source);
      seen.add(source);
    }
  }
  const body = new Set([open]);
  for (const id of body) for (const consumer of consumers.get(id) ?? []) body.add(consumer);
  return body.add(close);
}

const forOpenInputs = {
  remaining: int({ default: 1, min: 0, max: 100000, step: 1 }),
  initial_value1: optionalAny(),
  initial_value2: optionalAny(),
  initial_value3: optionalAny(),
  initial_value4: optionalAny(),
};

export const TestForLoopOpen = defineNode({
  id: 'TestForLoopOpen',
  category: CATEGORY,
  inputs: forOpenInputs,
  hiddenInputs: { initial_value0: any({ optional: true }) },
  outputs: [
    custom<string>('FLOW_CONTROL', { name: 'flow_control' }),
    int({ name: 'remaining' }),
    any(),
    any(),
    any(),
    any(),
  ],
  validate: variantValidator(forOpenInputs),
  execute: (args, context) => {
    const remaining = args.initial_value0 ?? args.remaining;
    const values = [args.initial_value1, args.initial_value2, args.initial_value3, args.initial_value4];
    const graph = context.graph();
    const given = Object.fromEntries(
      values.flatMap((value, n) => (value === undefined ? [] : [[`initial_value${n + 1}`, value]])),
    );
    graph.node('TestWhileLoopOpen', { condition: remaining, initial_value0: remaining, ...given });
    return out({ result: ['stub', remaining, ...values.map(value => value ?? null)], expand: graph.finalize() });
  },
});

const rawAny = () => any({ optional: true, rawLink: true });

const forCloseInputs = {
  flow_control: custom<unknown>('FLOW_CONTROL', { rawLink: true }),
  initial_value1: rawAny(),
  initial_value2: rawAny(),
  initial_value3: rawAny(),
  initial_value4: rawAny(),
};

export const TestForLoopClose = defineNode({
  id: 'TestForLoopClose',
  category: CATEGORY,
  inputs: forCloseInputs,
  outputs: [any(), any(), any(), any()],
  validate: variantValidator(forCloseInputs),
  execute: (args, context) => {
    const graph = context.graph();
    const open = args.flow_control[0];
    const left = graph.node('TestIntMathOperation', { operation: 'subtract', a: [open, 1], b: 1 });
    const goesOn = graph.node('TestToBoolNode', { value: left.out(0) });
    const close = graph.node('TestWhileLoopClose', {
      flow_control: args.flow_control,
      condition: goesOn.out(0),
      initial_value0: left.out(0),
    });
    for (const n of [1, 2, 3, 4] as const) close.setInput(`initial_value${n}`, args[`initial_value${n}`] ?? null);
    return out({ result: [1, 2, 3, 4].map(slot => close.out(slot)), expand: graph.finalize() });
  },
});

const blockerInputs = { input: any(), block: boolean(), verbose: boolean({ default: false }) };

export const TestExecutionBlocker = defineNode({
  id: 'TestExecutionBlocker',
  category: CATEGORY,
  inputs: blockerInputs,
  outputs: [any({ name: 'output' })],
  validate: variantValidator(blockerInputs),
  execute: ({ input, block: isBlocked, verbose }) => {
    if (!isBlocked) return [input];
    return [block(verbose ? 'Blocked Execution' : null)];
  },
});
