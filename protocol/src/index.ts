export {
  type BinaryFrame,
  decodeBinaryFrame,
  encodePreviewFrame,
  encodePreviewWithMetadataFrame,
  encodeTextFrame,
  FRAME_TYPES,
  type PreviewFormat,
} from './binary-frame.ts';
export { compareCodePoints } from './code-point-order.ts';
export { canEmbedWorkflow, type EmbeddedWorkflow, readEmbeddedWorkflow } from './embedded/embedded-workflow.ts';
export {
  type ErrorDetails,
  JsonSyntaxError,
  ProtocolError,
  type ProtocolErrorCode,
  protocolErrorCodes,
} from './errors.ts';
export type {
  ExecutionErrorData,
  ExecutionEvent,
  ExecutionSummary,
  NodeProgress,
  PreviewMetadata,
  PublishedEvent,
  StatusEvent,
  UiOutput,
} from './events.ts';
export { FEATURE_FLAGS, FEATURE_FLAGS_MESSAGE, isFlagSupported } from './feature-flags.ts';
export {
  FILE_PLACES,
  type FilePlace,
  type FileReference,
  formatAnnotatedName,
  isFilePlace,
  parseAnnotatedName,
} from './file-reference.ts';
export type { FinishedJob, Job, JobResult, JobState, NewJob } from './job.ts';
export { cloneJson, toJsonValue } from './lossless-json/clone-json.ts';
export {
  isJsonObject,
  isPlainObject,
  JsonFloat,
  type JsonObject,
  type JsonValue,
  numericValue,
} from './lossless-json/json-value.ts';
export { orderedEntries, orderedKeys, orderedObject } from './lossless-json/key-order.ts';
export { type ParseLosslessOptions, parseLossless, parseLosslessInSlices } from './lossless-json/parse-lossless.ts';
export { pythonFloatRepr } from './lossless-json/python-float.ts';
export { stringifyLossless, stringifyLosslessInSlices, stringifyPython } from './lossless-json/stringify-lossless.ts';
export type {
  Link,
  NodeErrors,
  NodeId,
  NodeProblems,
  Prompt,
  PromptNode,
  PromptProblem,
  ValidationOutcome,
} from './prompt.ts';
export { isCanonicalPromptId, newPromptId, type PromptIdOutcome, resolvePromptId } from './prompt-id.ts';
export {
  decodeSocketMessage,
  encodeSocketMessage,
  encodeStatusMessage,
  encodeWatchedMessage,
  jsonMessageOf,
  type SocketMessage,
} from './socket-message.ts';
export {
  type ConvertWorkflowOptions,
  convertWorkflow,
  convertWorkflowInSlices,
  type WorkflowConversion,
} from './workflow/convert-workflow.ts';
export { type WorkflowProblem, type WorkflowProblemCode, workflowProblemCodes } from './workflow/workflow-problem.ts';
export { isEditorWorkflow } from './workflow/workflow-shape.ts';
