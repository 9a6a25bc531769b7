// A node class as plain data: what a worker tells the server, so that prompts are validated and /object_info is served
// by a process that holds no node code. Numbers are lossless values: send descriptions as lossless JSON text
// (`encodeDescriptions`), never through JSON.stringify or structured clone.
import type { JsonObject, JsonValue } from '@snug/protocol';
import type { NodeEnvironment } from '../contract/data-types.ts';
import type { RegisteredNode } from '../contract/node-registry.ts';

/** A type on the wire: a name, or the list of options of a V1 combo. */
export type WireType = string | readonly JsonValue[];

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

export function describeNode(node: RegisteredNode, env: NodeEnvironment): NodeDescription {
  throw new Error(`not written yet: ${node.definition.id} ${Object.keys(env)}`);
}
