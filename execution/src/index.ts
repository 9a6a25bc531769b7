export { Blocker, block, isBlocker } from './blocker.ts';
export type { CacheOptions } from './cache-options.ts';
export { callValidator, type ValidatorCall } from './call-validator.ts';
export type { DataTypes, NodeEnvironment, NodeServices, ValueOf } from './data-types.ts';
export { defineNode } from './define-node.ts';
export { EXECUTION_ERRORS, ExecutionError, type ExecutionErrorCode } from './errors.ts';
export {
  createExecutor,
  type Executor,
  type ExecutorOptions,
  type NodeMeta,
  type RunRequest,
  type RunResult,
} from './executor.ts';
export { type Expansion, type ExpansionNode, GraphBuilder, GraphNode } from './graph-builder.ts';
export type { HiddenKind, HiddenValues } from './hidden-inputs.ts';
export {
  any,
  audio,
  boolean,
  clip,
  clipVision,
  clipVisionOutput,
  combo,
  conditioning,
  controlNet,
  custom,
  float,
  gligen,
  guider,
  hookKeyframes,
  hooks,
  image,
  int,
  isFloat,
  isInt,
  latent,
  mask,
  model,
  multiCombo,
  noise,
  sampler,
  sigmas,
  socket,
  string,
  styleModel,
  union,
  upscaleModel,
  vae,
  video,
} from './input-builders.ts';
export type { InputSpec, InputSpecs, SpecOptions } from './input-spec.ts';
export { isLink } from './link.ts';
export type { FingerprintContext, NodeContext, PreviewImage, ValidatorContext } from './node-context.ts';
export type { NodeConfig, NodeDefinition, NodeFlags, NodeResult, ValidatorResult } from './node-definition.ts';
export {
  type Catalogue,
  describeNode,
  type InputDescription,
  type NodeDescription,
  type WireType,
} from './node-description.ts';
export { NodeOutput, out } from './node-output.ts';
export { type NodePack, NodeRegistry, type RegisteredNode } from './node-registry.ts';
export type { GraphNodeRecord, PromptGraph } from './prompt-graph.ts';
export {
  type RunValidator,
  type ValidationRequest,
  type ValidatorVerdict,
  validatePrompt,
} from './validate-prompt.ts';
