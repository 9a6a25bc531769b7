// Runs a node's custom validator in the process that holds its code (spec execution.md 1.3).
import type { JsonObject, JsonValue, NodeId } from '@snug/protocol';
import type { NodeEnvironment } from '../contract/data-types.ts';
import type { NodeRegistry } from '../contract/node-registry.ts';
import type { ValidatorVerdict } from './validate-prompt.ts';

export interface ValidatorCall {
  readonly nodeId: NodeId;
  readonly classType: string;
  readonly args: JsonObject;
  readonly inputTypes?: Readonly<Record<string, JsonValue>> | undefined;
}

/** Answers the verdict; rejects with what the validator threw. */
export async function callValidator(
  registry: NodeRegistry,
  env: NodeEnvironment,
  call: ValidatorCall,
): Promise<ValidatorVerdict> {
  throw new Error(`not written yet: ${registry.size} ${Object.keys(env)} ${call.nodeId}`);
}
