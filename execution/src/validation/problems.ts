// The problems that validation reports, exactly as they go on the wire (spec execution.md section 1).
import type { JsonObject, JsonValue, NodeId, PromptProblem } from '@snug/protocol';
import type { InputDescription } from '../catalogue/node-description.ts';
import { pyRepr, pyStr } from '../python/python-text.ts';

/** Longer option lists are not printed. */
const MAX_PRINTED_OPTIONS = 20;

/** Nodes of a cycle that are named; a longer path is cut, since every node of the cycle carries it. */
export const MAX_NAMED_CYCLE_NODES = 50;

export function problem(type: string, message: string, details: string, extraInfo: JsonObject): PromptProblem {
  return { type, message, details, extra_info: extraInfo };
}

/** `[type, options]` of a declaration. */
function inputConfig(input: InputDescription): JsonValue {
  return [input.type as JsonValue, input.options];
}

export function missingClassType(nodeId: NodeId): PromptProblem {
  const message = 'Cannot execute because a node is missing the class_type property.';
  return problem('invalid_prompt', message, `Node ID '#${nodeId}'`, {});
}

/** `suggestion` is a class that may be meant; it is told beside the recorded text, which clients match on. */
export function unknownClassType(nodeId: NodeId, classType: JsonValue, suggestion: string | null): PromptProblem {
  const message = `Cannot execute because node ${pyStr(classType)} does not exist.`;
  return problem('invalid_prompt', message, `Node ID '#${nodeId}'`, suggestion === null ? {} : { suggestion });
}

/** The form of the newest reference for both of the above; `classType` is null when the node has none. */
export function missingNodeType(
  nodeId: NodeId,
  classType: JsonValue,
  { title, suggestion }: { readonly title: string | null; readonly suggestion: string | null },
): PromptProblem {
  const shown = title ?? (classType === null ? `ID #${nodeId}` : pyStr(classType));
  const message =
    classType === null
      ? `Node '${shown}' has no class_type. The workflow may be corrupted or a custom node is missing.`
      : `Node '${shown}' not found. The custom node may not be installed.`;
  const nodeTitle = title ?? (classType === null ? null : pyStr(classType));
  const extraInfo = {
    node_id: nodeId,
    class_type: classType,
    node_title: nodeTitle,
    ...(suggestion !== null && { suggestion }),
  };
  return problem('missing_node_type', message, `Node ID '#${nodeId}'`, extraInfo);
}

export function noOutputs(): PromptProblem {
  return problem('prompt_no_outputs', 'Prompt has no outputs', '', {});
}

/** `problems` are those of the failed output nodes themselves. */
export function outputsFailed(problems: readonly PromptProblem[]): PromptProblem {
  const details = problems.map(({ message, details }) => `${message}: ${details}`).join('\n');
  return problem('prompt_outputs_failed_validation', 'Prompt outputs failed validation', details, {});
}

/** V3 nodes with dynamic inputs name only the last part of a dotted name. */
export function requiredInputMissing(input: InputDescription, shortName: boolean): PromptProblem {
  const details = shortName ? (input.name.split('.').at(-1) ?? input.name) : input.name;
  return problem('required_input_missing', 'Required input is missing', details, { input_name: input.name });
}

export function badLinkedInput(input: InputDescription, value: JsonValue): PromptProblem {
  const message = 'Bad linked input, must be a length-2 list of [node_id, slot_index]';
  return problem('bad_linked_input', message, input.name, receivedValue(input, value));
}

export function returnTypeMismatch(input: InputDescription, received: JsonValue, link: JsonValue): PromptProblem {
  const details = `${input.name}, received_type(${pyStr(received)}) mismatch input_type(${pyStr(input.type)})`;
  return problem('return_type_mismatch', 'Return type mismatch between linked nodes', details, {
    input_name: input.name,
    input_config: inputConfig(input),
    received_type: received,
    linked_node: link,
  });
}

export function invalidInputType(input: InputDescription, value: JsonValue, text: string): PromptProblem {
  const message = `Failed to convert an input value to a ${pyStr(input.type)} value`;
  return problem('invalid_input_type', message, `${input.name}, ${pyStr(value)}, ${text}`, {
    ...receivedValue(input, value),
    exception_message: text,
  });
}

export function valueOutOfRange(
  input: InputDescription,
  value: JsonValue,
  bound: 'min' | 'max',
  limit: JsonValue,
): PromptProblem {
  const [type, relation] =
    bound === 'min' ? ['value_smaller_than_min', 'smaller'] : ['value_bigger_than_max', 'bigger'];
  const message = `Value ${pyStr(value)} ${relation} than ${bound} of ${pyStr(limit)}`;
  return problem(type, message, input.name, receivedValue(input, value));
}

/** `shown` is the text of the value or values that are not among the options. */
export function valueNotInList(
  input: InputDescription,
  value: JsonValue,
  shown: string,
  choices: readonly JsonValue[],
): PromptProblem {
  const isLong = choices.length > MAX_PRINTED_OPTIONS;
  const list = isLong ? `(list of length ${choices.length})` : pyRepr(choices);
  return problem('value_not_in_list', 'Value not in list', `${input.name}: ${shown} not in ${list}`, {
    input_name: input.name,
    input_config: isLong ? null : inputConfig(input),
    received_value: value,
  });
}

/** `name` is null when the validator took no argument that could be blamed. */
export function customValidationFailed(name: string | null, text: string | null): PromptProblem {
  const details = name === null ? (text ?? '') : text === null ? name : `${name} - ${text}`;
  const extraInfo: JsonObject = name === null ? {} : { input_name: name };
  return problem('custom_validation_failed', 'Custom validation failed for node', details, extraInfo);
}

export function invalidDynamicInput(inputName: string, details: string): PromptProblem {
  return problem('invalid_dynamic_input', 'Invalid dynamic input', details, { input_name: inputName });
}

/** What an exception during validation is reported with. */
export interface ExceptionRecord {
  readonly text: string;
  readonly type: string;
  readonly traceback: readonly string[];
}

export function exceptionAtOutput(exception: ExceptionRecord): PromptProblem {
  return problem('exception_during_validation', 'Exception when validating node', exception.text, {
    exception_type: exception.type,
    traceback: [...exception.traceback],
  });
}

/** Names the consumer's input and link, although it is recorded at the node that failed. */
export function exceptionAtInnerNode(
  exception: ExceptionRecord,
  input: InputDescription,
  link: JsonValue,
): PromptProblem {
  return problem('exception_during_inner_validation', 'Exception when validating inner node', exception.text, {
    input_name: input.name,
    input_config: inputConfig(input),
    exception_message: exception.text,
    exception_type: exception.type,
    traceback: [...exception.traceback],
    linked_node: link,
  });
}

/**
 * One problem for each node of a cycle.
 *
 * @param named the first nodes of the cycle in the order of its links
 * @param length number of nodes of the cycle
 */
export function dependencyCycle(
  named: readonly { readonly id: NodeId; readonly classType: string }[],
  length: number,
): (nodeId: NodeId) => PromptProblem {
  const steps = named.map(({ id, classType }) => `${id} (${classType})`);
  if (length > named.length) steps.push(`... ${length - named.length} more ...`);
  if (steps[0] !== undefined) steps.push(steps[0]);
  const details = steps.join(' -> ');
  const nodes = named.map(({ id }) => id);
  return nodeId =>
    problem('dependency_cycle', 'Dependency cycle detected', details, { node_id: nodeId, cycle_nodes: [...nodes] });
}

function receivedValue(input: InputDescription, value: JsonValue): JsonObject {
  return { input_name: input.name, input_config: inputConfig(input), received_value: value };
}
