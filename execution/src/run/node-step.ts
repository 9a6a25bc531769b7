// One step of one node (spec execution.md 4.4). A node may need several: to wait for lazy inputs, for its own promises,
// or for the subgraph that it expanded into.
import type { NodeId } from '@snug/protocol';
import type { NodeResultRecord } from '../caches/result-cache.ts';
import type { NodeShape } from '../catalogue/node-shape.ts';
import { isLink } from '../contract/link.ts';
import { ExecutionError } from '../errors.ts';
import { collectInputs, type InputData } from './input-data.ts';
import { mapOverLists } from './list-mapping.ts';
import { registerExpansions, resolveExpansions } from './node-expansion.ts';
import { type CallResult, mergeOutputs, mergeUi, readResult } from './node-results.ts';
import { ParallelCall } from './parallel-call.ts';
import type { RunState } from './run-state.ts';

/** What a node that was put aside waits for. */
export type Suspension =
  | { readonly kind: 'calls'; readonly returned: readonly unknown[] }
  | { readonly kind: 'subgraph'; readonly calls: readonly CallResult[]; readonly ui: NodeResultRecord['ui'] };

export type StepOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'pending' }
  /** `inputs` is null when they had not been collected. */
  | { readonly kind: 'failed'; readonly thrown: unknown; readonly inputs: InputData | null };

const DONE: StepOutcome = { kind: 'done' };
const PENDING: StepOutcome = { kind: 'pending' };

/** Steps a node. Never rejects: what the node throws is an outcome. */
export async function stepNode(run: RunState, id: NodeId): Promise<StepOutcome> {
  const known = run.resultOf(id);
  if (known !== undefined) {
    run.show(id, known.ui);
    run.progress.finish(id);
    run.release(id, known);
    return DONE;
  }
  const attempt: { inputs: InputData | null } = { inputs: null };
  try {
    const suspension = run.suspended.get(id);
    run.suspended.delete(id);
    if (suspension?.kind === 'subgraph') {
      finish(run, id, resolveExpansions(run, id, suspension.calls), suspension.ui);
      return DONE;
    }
    const returned = suspension === undefined ? await startNode(run, id, attempt) : suspension.returned;
    return returned === null ? PENDING : await interpret(run, id, returned);
  } catch (thrown) {
    return { kind: 'failed', thrown, inputs: attempt.inputs };
  }
}

/** Collects inputs and calls the node; null when it must wait. */
async function startNode(
  run: RunState,
  id: NodeId,
  attempt: { inputs: InputData | null },
): Promise<readonly unknown[] | null> {
  const shape = run.shapeOf(id);
  run.progress.start(id);
  const data = collectInputs(run.graph.inputsOf(id), shape, source => run.heldFor(id, source));
  attempt.inputs = data;
  const { promptId } = run.request;
  run.emit({ type: 'executing', data: { node: id, display_node: run.graph.displayId(id), prompt_id: promptId } });
  if (shape.definition.checkLazy !== null && (await requestLazyInputs(run, id, shape, data))) return null;

  const { execute, parallel } = shape.definition;
  const calls: ParallelCall[] = [];
  let returned: readonly unknown[];
  try {
    returned = await mapOverLists(run, id, shape, data, {
      fn: execute,
      onPromise: promise => {
        if (!parallel) return run.guard.wait(promise, id);
        const call = new ParallelCall(promise);
        calls.push(call);
        return call;
      },
    });
  } catch (thrown) {
    // Calls for earlier items go on although a later one failed; the end of the run stops them.
    if (calls.length > 0) void trackCalls(run, id, calls);
    throw thrown;
  }
  if (calls.length === 0) return returned;
  // Calls that end at once need no waiting.
  await new Promise(resolve => setImmediate(resolve));
  if (calls.every(call => call.isSettled)) return returned;
  // Inputs are not told with errors that come later.
  attempt.inputs = null;
  waitForCalls(run, id, calls);
  run.suspended.set(id, { kind: 'calls', returned });
  return null;
}

/** Blocks the node until all its calls have settled; the scheduler goes on with others. */
function waitForCalls(run: RunState, id: NodeId, calls: readonly ParallelCall[]): void {
  const unblock = run.list.addExternalBlock(id);
  void trackCalls(run, id, calls).then(() => {
    unblock();
    run.wake();
  });
}

/** Notes that calls are running until they have settled. */
function trackCalls(run: RunState, id: NodeId, calls: readonly ParallelCall[]): Promise<void> {
  const settled = Promise.all(calls.map(call => call.settled)).then(() => {
    run.running.delete(id);
  });
  run.running.set(id, settled);
  return settled;
}

async function interpret(run: RunState, id: NodeId, returned: readonly unknown[]): Promise<StepOutcome> {
  const shape = run.shapeOf(id);
  const calls = returned.map(value => readResult(value instanceof ParallelCall ? value.result() : value, shape));
  const parts = calls.flatMap(({ ui }) => (ui === null ? [] : [ui]));
  const output = mergeUi(parts, shape.definition.id);
  const ui = output === null || Object.keys(output).length === 0 ? null : { output, meta: run.metaOf(id) };
  if (ui !== null) run.show(id, ui);
  if (calls.some(({ expansion }) => expansion !== null)) {
    await registerExpansions(run, id, calls);
    run.suspended.set(id, { kind: 'subgraph', calls, ui });
    return PENDING;
  }
  const outputs = mergeOutputs(
    calls.map(call => call.outputs),
    shape,
  );
  finish(run, id, outputs, ui);
  return DONE;
}

function finish(run: RunState, id: NodeId, outputs: NodeResultRecord['outputs'], ui: NodeResultRecord['ui']): void {
  run.progress.finish(id);
  run.executed.add(id);
  run.complete(id, { outputs, ui });
}

/** Asks the node which lazy inputs it needs; answers whether it must wait for some. */
async function requestLazyInputs(run: RunState, id: NodeId, shape: NodeShape, data: InputData): Promise<boolean> {
  const { checkLazy } = shape.definition;
  const answers = await mapOverLists(run, id, shape, data, {
    fn: (args, context) => checkLazy?.(args, context),
    onPromise: promise => run.guard.wait(promise, id),
    isLazyCheck: true,
  });
  const names = new Set(answers.flatMap(answer => (Array.isArray(answer) ? answer : [])));
  let isWaiting = false;
  for (const name of names) {
    if (typeof name !== 'string' || (data.values.has(name) && !data.missing.has(name))) continue;
    requestInput(run, id, name);
    isWaiting = true;
  }
  return isWaiting;
}

/** @throws ExecutionError NODE_INPUT_ERROR */
function requestInput(run: RunState, id: NodeId, name: string): void {
  const inputs = run.graph.inputsOf(id);
  const value = inputs[name];
  const requested = run.requestedInputs.get(id) ?? new Set();
  // Asking twice would never end: the source has run, but has no such output.
  if (isLink(value) && !requested.has(name)) {
    run.requestedInputs.set(id, requested.add(name));
    run.list.addLink(value[0], id);
    return;
  }
  let reason = 'has no value although its source has run';
  if (!isLink(value)) reason = Object.hasOwn(inputs, name) ? 'is a constant' : 'the prompt does not give';
  throw new ExecutionError('NODE_INPUT_ERROR', { nodeId: id, input: name, reason });
}
