// Calling a node once per item of its input lists (spec execution.md 4.3).
import type { NodeId } from '@snug/protocol';
import type { NodeShape } from '../catalogue/node-shape.ts';
import { Blocker, isBlocker } from '../contract/blocker.ts';
import type { ErasedArgs } from '../contract/node-definition.ts';
import { ExecutionError } from '../errors.ts';
import { callArguments } from './call-arguments.ts';
import type { InputData } from './input-data.ts';
import { NodeCall } from './node-call.ts';
import type { RunState } from './run-state.ts';

/** Calls `fn` for each item and collects what it returned; promises are collected too, unless `onPromise` awaits them. */
export async function mapOverLists(
  run: RunState,
  id: NodeId,
  shape: NodeShape,
  data: InputData,
  options: {
    fn(args: ErasedArgs, context: NodeCall): unknown;
    /** Called for promises; a promise as the answer is awaited before the next call. */
    onPromise(promise: PromiseLike<unknown>): unknown;
    /** A lazy check, not the execution: members of dynamic inputs come with their names, and blockers are not reported. */
    readonly isLazyCheck?: boolean;
  },
): Promise<unknown[]> {
  const inputs = run.graph.inputsOf(id);
  const count = callCount(data, shape);
  const results: unknown[] = [];
  for (let index = 0; index < Math.max(count, 1); index++) {
    run.guard.check();
    const values = count === 0 ? [] : itemsOfCall(data, shape, index);
    const blocker = findBlocker(values, shape);
    if (blocker !== undefined) {
      results.push(options.isLazyCheck ? blocker : reportBlocker(run, id, blocker));
      continue;
    }
    const args = callArguments(values, shape, inputs, options.isLazyCheck);
    const returned = options.fn(args, new NodeCall(run, id, shape, index));
    if (!isThenable(returned)) {
      results.push(returned);
      continue;
    }
    const held = options.onPromise(returned);
    results.push(held instanceof Promise ? await held : held);
  }
  return results;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** 0 when there is nothing to map over: then there is one call without arguments. */
function callCount(data: InputData, shape: NodeShape): number {
  if (data.values.size === 0) return 0;
  if (shape.definition.inputIsList) return 1;
  let longest = 0;
  for (const items of data.values.values()) longest = Math.max(longest, items.length);
  return longest;
}

/** Arguments of call `index`: its item of each list, or the last item of a shorter one. */
function itemsOfCall(data: InputData, shape: NodeShape, index: number): [string, unknown][] {
  const values: [string, unknown][] = [];
  for (const [name, items] of data.values) {
    if (shape.definition.inputIsList) {
      values.push([name, items]);
      continue;
    }
    if (items.length === 0) throw new ExecutionError('EMPTY_LIST');
    values.push([name, items[Math.min(index, items.length - 1)]]);
  }
  return values;
}

function findBlocker(values: readonly [string, unknown][], shape: NodeShape): Blocker | undefined {
  for (const [, value] of values) {
    if (isBlocker(value)) return value;
    if (!shape.definition.inputIsList) continue;
    const blocked = (value as readonly unknown[]).find(isBlocker);
    if (blocked !== undefined) return blocked as Blocker;
  }
  return undefined;
}

/** The first consumer tells a blocker's message; from there on the blocker is silent. */
function reportBlocker(run: RunState, id: NodeId, blocker: Blocker): Blocker {
  if (blocker.message === null) return blocker;
  run.emit({
    type: 'execution_error',
    data: {
      prompt_id: run.request.promptId,
      node_id: id,
      node_type: run.graph.node(id).class_type,
      executed: [...run.executed],
      exception_message: `Execution Blocked: ${blocker.message}`,
      exception_type: 'ExecutionBlocked',
      traceback: [],
      current_inputs: [],
      current_outputs: [],
    },
  });
  return new Blocker(null);
}
