// How a failed or interrupted run is told (spec execution.md 4.7).
import {
  type ExecutionErrorData,
  isPlainObject,
  JsonFloat,
  type JsonObject,
  type JsonValue,
  type NodeId,
} from '@snug/protocol';
import { HIDDEN_WIRE, type HiddenKind, readHidden } from '../contract/hidden-inputs.ts';
import { pyRepr } from '../python/python-text.ts';
import { orWhenItThrows, thrownText, thrownTraceback, thrownType, withCauses } from '../thrown-value.ts';
import type { InputData } from './input-data.ts';
import { isOrdinaryFailure } from './node-failures.ts';
import type { RunState } from './run-state.ts';

const OUT_OF_MEMORY_TYPE = 'torch.OutOfMemoryError';

const OUT_OF_MEMORY_TIP =
  'The device ran out of memory while this node was working, and all models have been unloaded.\n\n' +
  'Check that the batch size and the size of the picture are what you meant; smaller ones need less memory.';

/** Longest text of one value in `current_inputs`. */
const MAX_TEXT = 2000;

/** Members of a container that are looked at for its text. */
const MAX_MEMBERS = 50;

const SECRETS: readonly HiddenKind[] = ['authToken', 'apiKey'];

/**
 * Reports a node's failure; answers whether the run goes on without it.
 *
 * @param happenedIn what the node was doing; `preparation` is nobody's own fault and always ends the run
 */
export async function reportFailure(
  run: RunState,
  id: NodeId,
  thrown: unknown,
  happenedIn: { readonly inputs: InputData | null } | 'preparation',
): Promise<boolean> {
  const inputs = happenedIn === 'preparation' ? null : happenedIn.inputs;
  const isOutOfMemory = isMemoryError(run, thrown);
  if (isOutOfMemory) await unloadModels(run);
  const error = errorData(run, id, {
    exception_message: `${thrownText(thrown)}\n${isOutOfMemory ? OUT_OF_MEMORY_TIP : ''}`,
    exception_type: isOutOfMemory ? OUT_OF_MEMORY_TYPE : thrownType(thrown),
    traceback: thrownTraceback(thrown),
    current_inputs: inputs === null ? {} : { ...describeInputs(inputs), ...describeHidden(run, id) },
  });
  const mayGoOn = run.request.failurePolicy === 'continue_independent' && happenedIn !== 'preparation';
  const goesOn = mayGoOn && !isOutOfMemory && isOrdinaryFailure(thrown);
  if (goesOn) {
    run.emit({ type: 'execution_node_error', data: error });
    run.fail(id, error);
  } else run.record({ type: 'execution_error', data: error });
  return goesOn;
}

/** Reports that the nodes left wait for each other. */
export function reportCycle(run: RunState): void {
  const cycle = run.list.cycle();
  const ephemeral = cycle.find(id => run.graph.isEphemeral(id));
  const blamed = ephemeral === undefined ? (cycle[0] ?? run.list.ids()[0] ?? '') : run.graph.displayId(ephemeral);
  const error = errorData(run, blamed, {
    exception_message: 'Dependency cycle detected',
    exception_type: 'graph.DependencyCycleError',
    traceback: [],
    current_inputs: [],
  });
  run.record({ type: 'execution_error', data: error });
}

export function reportInterrupt(run: RunState, id: NodeId): void {
  const real = run.graph.realId(id);
  run.record({
    type: 'execution_interrupted',
    data: {
      prompt_id: run.request.promptId,
      node_id: real,
      node_type: classTypeOf(run, real),
      executed: [...run.executed],
      timestamp: run.options.now(),
    },
  });
}

function errorData(
  run: RunState,
  id: NodeId,
  exception: {
    exception_message: string;
    exception_type: string;
    traceback: string[];
    current_inputs: JsonObject | [];
  },
): ExecutionErrorData {
  const real = run.graph.realId(id);
  return {
    prompt_id: run.request.promptId,
    node_id: real,
    node_type: classTypeOf(run, real),
    executed: [...run.executed],
    ...exception,
    current_outputs: run.promptIds(),
    timestamp: run.options.now(),
  };
}

function classTypeOf(run: RunState, id: NodeId): string {
  return String(run.graph.find(id)?.class_type ?? '');
}

function isMemoryError(run: RunState, thrown: unknown): boolean {
  return orWhenItThrows(false, () => {
    const isEngineError = (error: unknown) =>
      error instanceof Error && 'code' in error && error.code === 'ENGINE_OUT_OF_MEMORY';
    return run.options.isOutOfMemory(thrown) || withCauses(thrown).some(isEngineError);
  });
}

async function unloadModels(run: RunState): Promise<void> {
  try {
    await run.options.onOutOfMemory();
  } catch (error) {
    run.options.onWarning(`Unloading models after running out of memory failed: ${thrownText(error)}`, error);
  }
}

function describeInputs(inputs: InputData): JsonObject {
  const described: JsonObject = Object.create(null);
  for (const [name, items] of inputs.values) described[name] = items.slice(0, MAX_MEMBERS).map(describeItem);
  return described;
}

/** Hidden inputs are arguments of nodes of the first kind, so they are listed too; secrets never are. */
function describeHidden(run: RunState, id: NodeId): JsonObject {
  const shape = run.findShape(id);
  if (shape === undefined || shape.definition.wire !== 'v1') return {};
  const { request, graph } = run;
  const { prompt, extraData } = request;
  const kinds = shape.hidden.filter(kind => !SECRETS.includes(kind));
  const values = readHidden(kinds, { prompt, graph, extraData, sensitive: null, nodeId: id });
  return Object.fromEntries(kinds.map(kind => [HIDDEN_WIRE[kind][0], [describeItem(values[kind])]]));
}

/** Scalars as they are, everything else as a text of bounded length. */
function describeItem(item: unknown): JsonValue {
  switch (typeof item) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return item;
    case 'undefined':
      return null;
    case 'object':
      if (item === null || item instanceof JsonFloat) return item;
      return pyRepr(shortened(item, 0)).slice(0, MAX_TEXT);
    default:
      return pyRepr(item);
  }
}

/** A copy without the bulk: long containers are cut, deep ones end in their type. */
function shortened(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return depth > 4 ? [] : value.slice(0, MAX_MEMBERS).map(item => shortened(item, depth + 1));
  if (!isPlainObject(value)) return value;
  if (depth > 4) return {};
  const members = Object.entries(value).slice(0, MAX_MEMBERS);
  return Object.fromEntries(members.map(([name, member]) => [name, shortened(member, depth + 1)]));
}
