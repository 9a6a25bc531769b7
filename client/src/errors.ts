// Everything the SDK can throw. One root class, `ClientError`; below it one class per situation that a caller handles
// differently, so that `catch` branches on `instanceof` and never on message text. `code` is stable and
// names the situation for logs and for users of other module instances.
import type { NodeErrors, PromptProblem } from '@snug/protocol';

/** Message templates by code; `{name}` is replaced by the detail of that name. */
export const clientErrorMessages = {
  CONNECTION_FAILED: 'No answer from {url} ({reason}). Is the server running and the address right?',
  REQUEST_TIMEOUT: '{method} {url} took longer than {timeoutMs} ms. Raise `timeoutMs` or look at the server.',
  ABORTED: '{what} was aborted by the caller.',
  HTTP_STATUS: '{method} {url} answered {status}: {body}',
  BAD_RESPONSE: '{method} {url} answered something that is not what a ComfyUI-compatible server sends: {reason}',
  PROMPT_REJECTED: 'The server rejected the prompt: {summary}',
  EXECUTION_FAILED: 'Prompt {promptId} failed in node {nodeId} ({nodeType}): {exceptionMessage}',
  EXECUTION_INTERRUPTED: 'Prompt {promptId} was interrupted in node {nodeId} ({nodeType}).',
  PROMPT_REMOVED: 'Prompt {promptId} is neither queued nor in the history; it was deleted before it ran.',
  WEBSOCKET_MISSING:
    'No WebSocket implementation found ({reason}). Pass one as the `WebSocket` option, or install "ws".',
  BASE_URL_INVALID: '"{baseUrl}" is no http or https address.',
} as const;

export type ClientErrorCode = keyof typeof clientErrorMessages;

/** All codes of this room, for the documentation test. */
export const clientErrorCodes = Object.keys(clientErrorMessages) as readonly ClientErrorCode[];

export type ClientErrorDetails = Readonly<Record<string, unknown>>;

/** Root of all errors of this package. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** The values behind the message, as plain data. */
  readonly details: ClientErrorDetails;

  constructor(code: ClientErrorCode, details: ClientErrorDetails = {}, cause?: unknown) {
    super(fillTemplate(clientErrorMessages[code], details), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The request never got an answer: refused, reset, name not found, TLS failure. */
export class ConnectionError extends ClientError {}

/** The answer did not come in time. */
export class RequestTimeoutError extends ClientError {}

/** The caller's own `signal` ended the call. */
export class AbortedError extends ClientError {}

/** The server answered with a status that the call does not expect. */
export class HttpStatusError extends ClientError {
  readonly status: number;
  /** Response body as text, at most its first 2,000 characters. */
  readonly body: string;
  /** How long the server asked to wait (`Retry-After`). */
  readonly retryAfterMs: number | undefined;

  constructor(answer: {
    method: string;
    url: string;
    status: number;
    body: string;
    retryAfterMs?: number | undefined;
  }) {
    const body = answer.body.slice(0, 2000);
    super('HTTP_STATUS', {
      method: answer.method,
      url: answer.url,
      status: answer.status,
      body: body || '(empty body)',
    });
    this.status = answer.status;
    this.body = body;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** Validation refused the prompt (status 400 of POST /prompt). */
export class PromptRejectedError extends ClientError {
  readonly error: PromptProblem;
  readonly nodeErrors: NodeErrors;

  constructor(error: PromptProblem, nodeErrors: NodeErrors) {
    super('PROMPT_REJECTED', { summary: summarize(error, nodeErrors), error, nodeErrors });
    this.error = error;
    this.nodeErrors = nodeErrors;
  }
}

export interface ExecutionFailure {
  readonly promptId: string;
  readonly nodeId: string;
  readonly nodeType: string;
  readonly exceptionMessage: string;
  readonly exceptionType: string;
  readonly traceback: readonly string[];
}

/** A node threw while the prompt ran. */
export class ExecutionFailedError extends ClientError {
  readonly failure: ExecutionFailure;

  constructor(failure: ExecutionFailure) {
    super('EXECUTION_FAILED', { ...failure, exceptionMessage: failure.exceptionMessage.trim() });
    this.failure = failure;
  }
}

/** Somebody interrupted the running prompt. */
export class ExecutionInterruptedError extends ClientError {}

/** The prompt was taken out of the queue before it started. */
export class PromptRemovedError extends ClientError {}

function fillTemplate(template: string, details: ClientErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole));
}

/** One line: what the server said of the prompt, then each node's problems. */
function summarize(error: PromptProblem, nodeErrors: NodeErrors): string {
  const ofNodes = Object.entries(nodeErrors).flatMap(([id, node]) =>
    node.errors.map(problem => `node ${id} (${node.class_type}): ${describe(problem)}`),
  );
  return [describe(error), ...ofNodes].join('; ');
}

function describe({ message, details }: PromptProblem): string {
  const oneLine = details.replaceAll('\n', ' ').trim();
  return oneLine === '' || oneLine === message ? message : `${message} (${oneLine})`;
}
