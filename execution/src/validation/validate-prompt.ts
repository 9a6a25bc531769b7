// Prompt validation (spec execution.md section 1) on descriptions alone.
import type { JsonObject, JsonValue, NodeId, Prompt, ValidationOutcome } from '@snug/protocol';
import type { Catalogue } from '../catalogue/node-description.ts';

/** Answer of a custom validator: `text` is null when it just said no. */
export type ValidatorVerdict = { readonly passed: true } | { readonly passed: false; readonly text: string | null };

/** Asks the process that holds the node's code; rejects when the validator itself failed. */
export type RunValidator = (
  nodeId: NodeId,
  classType: string,
  args: JsonObject,
  inputTypes?: Readonly<Record<string, JsonValue>>,
) => Promise<ValidatorVerdict>;

export interface ValidationRequest {
  /** Parsed losslessly; coerced values are written into it. */
  readonly prompt: Prompt;
  /** `partial_execution_targets`, null when absent. */
  readonly targets: readonly string[] | null;
  readonly catalogue: Catalogue;
  readonly runValidator: RunValidator;
}

/** Checks and coerces a prompt. Never rejects for bad prompts: problems are values. */
export async function validatePrompt(request: ValidationRequest): Promise<ValidationOutcome> {
  throw new Error(`not written yet: ${request.catalogue.size}`);
}
