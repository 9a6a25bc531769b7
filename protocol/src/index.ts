export type {
  ExecutionErrorData,
  ExecutionEvent,
  NodeProgress,
  PreviewMetadata,
  PublishedEvent,
  StatusEvent,
  UiOutput,
} from './events.ts';
export type { FinishedJob, Job, JobResult, JobState, NewJob } from './job.ts';
export type { JsonObject, JsonValue } from './lossless-json.ts';
export { JsonFloat } from './lossless-json.ts';
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
