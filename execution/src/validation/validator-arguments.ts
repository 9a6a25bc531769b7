// Arguments of a custom validator (spec execution.md 1.3): the node's inputs as they are known before anything ran.
import { isJsonObject, type JsonObject, type JsonValue, type NodeId } from '@snug/protocol';
import type { InputDescription, NodeDescription } from '../catalogue/node-description.ts';
import { isLink } from '../contract/link.ts';

/** True when the validator takes the input of that name, which exempts it from the checks of bounds and lists. */
export function validatorTakes(description: NodeDescription, name: string): boolean {
  const names = description.validator?.names;
  return names !== undefined && (names === 'all' || names.includes(name));
}

/** Constants by their coerced value, links as null, hidden inputs as they are before a run. */
export function validatorArguments(
  nodeId: NodeId,
  description: NodeDescription,
  inputs: JsonObject,
  declared: readonly InputDescription[],
): JsonObject {
  const args: JsonObject = Object.create(null);
  const byName = new Map(declared.map(input => [input.name, input]));
  for (const name of Object.keys(inputs)) {
    if (!validatorTakes(description, name)) continue;
    const value = inputs[name] as JsonValue;
    const input = byName.get(name);
    if (isLink(value)) args[name] = input?.options['rawLink'] === true ? value : null;
    else if (input !== undefined || description.acceptUndeclared) args[name] = value;
  }
  if (description.wire === 'v1') {
    for (const { name, type, group } of declared) {
      if (group !== 'hidden' || !validatorTakes(description, name)) continue;
      const value = hiddenBeforeRun(type, nodeId);
      if (value !== undefined) args[name] = value;
    }
  }
  return args;
}

/** Undefined for a hidden entry that is no kind of the engine's: it is accepted if sent. */
function hiddenBeforeRun(type: InputDescription['type'], nodeId: NodeId): JsonValue | undefined {
  switch (type) {
    case 'PROMPT':
      return {};
    case 'UNIQUE_ID':
      return nodeId;
    case 'DYNPROMPT':
    case 'EXTRA_PNGINFO':
    case 'AUTH_TOKEN_COMFY_ORG':
    case 'API_KEY_COMFY_ORG':
    case 'COMFY_USAGE_SOURCE':
      return null;
    default:
      return undefined;
  }
}

/** Inputs of a prompt node; anything that is no object counts as none. */
export function inputsOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : EMPTY;
}

const EMPTY: JsonObject = Object.freeze(Object.create(null));
