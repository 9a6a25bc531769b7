// A node class as plain data: what a worker tells the server, so that prompts are validated and /object_info is served
// by a process that holds no node code. Numbers are lossless values: send descriptions as the text that
// `encodeDescriptions` makes, never through JSON.stringify or structured clone.
import { type JsonObject, parseLossless, stringifyLossless, toJsonValue } from '@snug/protocol';
import type { NodeEnvironment } from '../contract/data-types.ts';
import { HIDDEN_WIRE } from '../contract/hidden-inputs.ts';
import type { InputSpecs } from '../contract/input-spec.ts';
import type { NodeDefinition } from '../contract/node-definition.ts';
import type { RegisteredNode } from '../contract/node-registry.ts';
import { hasDynamicType } from './dynamic-inputs.ts';
import { hiddenKindsOf, objectInfoOf } from './object-info.ts';
import { optionsOf, type WireType, wireTypeOf } from './wire-shape.ts';

/** A declared input. */
export interface InputDescription {
  readonly name: string;
  readonly type: WireType;
  readonly options: JsonObject;
  readonly group: 'required' | 'optional' | 'hidden';
}

/** Everything about a node class that matters outside the process that runs it. */
export interface NodeDescription {
  readonly classType: string;
  /** Entry of /object_info. */
  readonly objectInfo: JsonObject;
  readonly wire: 'v1' | 'v3';
  /** Required inputs first, then optional, then hidden ones. */
  readonly inputs: readonly InputDescription[];
  readonly outputTypes: readonly WireType[];
  readonly outputNode: boolean;
  /** Inputs depend on the environment (lists of files): describe the class anew for each request. */
  readonly hasLiveInputs: boolean;
  /** Some inputs grow with what the prompt sends (spec node-contract.md 2.2). */
  readonly hasDynamicInputs: boolean;
  readonly acceptUndeclared: boolean;
  readonly validator: { readonly names: 'all' | readonly string[]; readonly wantsInputTypes: boolean } | null;
}

/** Class name to description. */
export type Catalogue = ReadonlyMap<string, NodeDescription>;

/**
 * Describes a class; evaluates its inputs when they are live.
 *
 * @throws what the node's `inputs` function throws; leave such a node out and report it.
 */
export function describeNode(node: RegisteredNode, env: NodeEnvironment): NodeDescription {
  const { definition } = node;
  const specs = evaluateInputs(node, env);
  const inputs = describeInputs(definition, specs);
  return {
    classType: definition.id,
    objectInfo: objectInfoOf(node, specs),
    wire: definition.wire,
    inputs,
    outputTypes: definition.outputs.map(output => wireTypeOf(output, definition.wire)),
    outputNode: definition.outputNode,
    hasLiveInputs: typeof definition.inputs === 'function',
    hasDynamicInputs: inputs.some(hasDynamicType),
    acceptUndeclared: definition.acceptUndeclared,
    validator:
      definition.validate === null
        ? null
        : { names: definition.validate.names, wantsInputTypes: definition.validate.wantsInputTypes },
  };
}

/** Inputs of a class now. */
export function evaluateInputs(node: RegisteredNode, env: NodeEnvironment): InputSpecs {
  const { inputs } = node.definition;
  return typeof inputs === 'function' ? inputs(env) : inputs;
}

/** Lossless JSON text of descriptions, for another process. */
export function encodeDescriptions(descriptions: Iterable<NodeDescription>): string {
  return stringifyLossless(toJsonValue([...descriptions]));
}

/** Reads what `encodeDescriptions` wrote. */
export function decodeDescriptions(text: string): NodeDescription[] {
  return parseLossless(text) as unknown as NodeDescription[];
}

/** Declared inputs of a class whose inputs have been evaluated. */
export function describeInputs(definition: NodeDefinition, specs: InputSpecs): InputDescription[] {
  const required: InputDescription[] = [];
  const optional: InputDescription[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const group = spec.optional ? 'optional' : 'required';
    const type = wireTypeOf(spec, definition.wire);
    (spec.optional ? optional : required).push({ name, type, options: optionsOf(spec, definition.wire) ?? {}, group });
  }
  const hidden: InputDescription[] = hiddenKindsOf(definition).map(kind => {
    const [name, type] = HIDDEN_WIRE[kind];
    return { name, type, options: {}, group: 'hidden' };
  });
  for (const [name, spec] of Object.entries(definition.hiddenInputs)) {
    hidden.push({ name, type: wireTypeOf(spec, definition.wire), options: spec.options ?? {}, group: 'hidden' });
  }
  return [...required, ...optional, ...hidden];
}
