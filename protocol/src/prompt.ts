// The prompt: the API-format graph that a client submits, and what validation says of it (spec execution.md section 1).
import type { JsonObject, JsonValue } from './lossless-json/json-value.ts';

/** Key of a node in a prompt; subgraph members look like `12:5`, expansion makes ids such as `6.0.0.1`. */
export type NodeId = string;

/** `[source node id, output index]`. */
export type Link = readonly [NodeId, number];

/** One node of a prompt as sent; unknown keys are kept and echoed. */
export interface PromptNode {
  class_type: string;
  inputs: JsonObject;
  [key: string]: JsonValue;
}

/** Node id to node. Iterate with `orderedKeys`: JavaScript reorders integer-like keys. */
export type Prompt = Record<NodeId, PromptNode>;

/** One validation problem, exactly as it goes on the wire. */
export interface PromptProblem {
  type: string;
  message: string;
  details: string;
  extra_info: JsonObject;
}

export interface NodeProblems {
  errors: PromptProblem[];
  dependent_outputs: NodeId[];
  class_type: string;
}

export type NodeErrors = Record<NodeId, NodeProblems>;

/** Answer of prompt validation. `prompt` carries the coerced values that will run. */
export type ValidationOutcome =
  | { readonly ok: true; readonly prompt: Prompt; readonly outputs: readonly NodeId[]; readonly nodeErrors: NodeErrors }
  | { readonly ok: false; readonly error: PromptProblem; readonly nodeErrors: NodeErrors };
