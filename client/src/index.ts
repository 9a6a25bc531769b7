export {
  AbortedError,
  ClientError,
  type ClientErrorCode,
  type ClientErrorDetails,
  ConnectionError,
  clientErrorCodes,
  ExecutionFailedError,
  type ExecutionFailure,
  ExecutionInterruptedError,
  HttpStatusError,
  PromptRejectedError,
  PromptRemovedError,
  RequestTimeoutError,
} from './errors.ts';
export type { StreamListener, StreamSignal } from './event-stream.ts';
export type { HistoryEntry, QueueItem, QueueSnapshot } from './history-entry.ts';
export type { CallOptions, Fetch } from './http-transport.ts';
export { type OutputFile, outputFiles } from './output-file.ts';
export type { RunProgress } from './run-progress.ts';
export type { RunOptions, RunPreview, RunResult } from './run-prompt.ts';
export { SnugClient, type SnugClientOptions, type UploadOptions } from './snug-client.ts';
export type { StreamEvent } from './stream-event.ts';
export type { Submission, SubmitOptions } from './submission.ts';
export type { WebSocketConstructor, WebSocketLike } from './web-socket.ts';
