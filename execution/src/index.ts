export type { CacheOptions } from './caches/cache-options.ts';
export type { NodeMeta } from './caches/result-cache.ts';
export {
  type Catalogue,
  decodeDescriptions,
  describeNode,
  encodeDescriptions,
  type InputDescription,
  type NodeDescription,
} from './catalogue/node-description.ts';
export type { WireType } from './catalogue/wire-shape.ts';
export { Blocker, block, isBlocker } from './contract/blocker.ts';
export type { DataTypes, NodeEnvironment, NodeServices, ValueOf } from './contract/data-types.ts';
export { defineNode } from './contract/define-node.ts';
export {
  type AutogrowNames,
  autogrow,
  type DynamicComboValue,
  dynamicCombo,
  dynamicGroup,
  dynamicSlot,
  matchType,
} from './contract/dynamic-input-builders.ts';
export { type Expansion, type ExpansionNode, GraphBuilder, GraphNode } from './contract/graph-builder.ts';
export type { HiddenKind, HiddenValues } from './contract/hidden-inputs.ts';
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
} from './contract/input-builders.ts';
export type { InputSpec, InputSpecs, SpecOptions } from './contract/input-spec.ts';
export { isLink } from './contract/link.ts';
export type { FingerprintContext, NodeContext, PreviewImage, ValidatorContext } from './contract/node-context.ts';
export type { NodeConfig, NodeDefinition, NodeFlags, NodeResult, ValidatorResult } from './contract/node-definition.ts';
export { NodeOutput, out } from './contract/node-output.ts';
export { type NodePack, NodeRegistry, type RegisteredNode } from './contract/node-registry.ts';
export type { GraphNodeRecord, PromptGraph } from './contract/prompt-graph.ts';
export { EXECUTION_ERRORS, ExecutionError, type ExecutionErrorCode } from './errors.ts';
export { pyStr } from './python/python-text.ts';
export {
  createExecutor,
  type Executor,
  type ExecutorOptions,
  type RunRequest,
  type RunResult,
} from './run/executor.ts';
export { callValidator, type ValidatorCall } from './validation/call-validator.ts';
export {
  type RunValidator,
  type ValidationRequest,
  type ValidatorVerdict,
  validatePrompt,
} from './validation/validate-prompt.ts';
