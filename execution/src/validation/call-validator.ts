// Runs a node's custom validator in the process that holds its code (spec execution.md 1.3).
import type { JsonObject, JsonValue, NodeId } from '@snug/protocol';
import { argumentValue, shapeOf } from '../catalogue/node-shape.ts';
import { isBlocker } from '../contract/blocker.ts';
import type { NodeEnvironment } from '../contract/data-types.ts';
import type { NodeRegistry } from '../contract/node-registry.ts';
import { ExecutionError } from '../errors.ts';
import { pyStr } from '../python/python-text.ts';
import type { ValidatorVerdict } from './validate-prompt.ts';

export interface ValidatorCall {
  readonly nodeId: NodeId;
  readonly classType: string;
  readonly args: JsonObject;
  readonly inputTypes?: Readonly<Record<string, JsonValue>> | undefined;
}

/**
 * Answers the verdict: only `true` (or a blocker) passes.
 *
 * @throws what the validator threw; ExecutionError UNKNOWN_NODE_CLASS when there is no such validator here.
 */
export async function callValidator(
  registry: NodeRegistry,
  env: NodeEnvironment,
  call: ValidatorCall,
): Promise<ValidatorVerdict> {
  const node = registry.get(call.classType);
  const validate = node?.definition.validate;
  if (node === undefined || validate === undefined || validate === null) {
    throw new ExecutionError('UNKNOWN_NODE_CLASS', { classType: call.classType });
  }
  const traits = shapeOf(node, env).inputsFor(call.args);
  const args: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(call.args)) args[name] = argumentValue(call.args[name], traits.get(name));
  const result = await validate.check(args, { nodeId: call.nodeId, inputTypes: call.inputTypes ?? {} }, env);
  if (result === true || isBlocker(result)) return { passed: true };
  return { passed: false, text: result === false ? null : pyStr(result) };
}
