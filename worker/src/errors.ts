// Everything the worker room can complain about: one class, one table of codes. What a *prompt* does wrong is never one of
// these: it becomes a validation problem or an `execution_error` event.

/** Code to message template. Codes are stable: programs may test for them. */
export const workerErrorMessages = {
  CHILD_NOT_BUILT: 'The worker\'s child program "{path}" does not exist. Build the project first (npm run build).',
  CHILD_UNAVAILABLE: 'No worker process is ready: {reason}. The log of the server says why it ended.',
  CHILD_GONE: 'The worker process ended before it answered ({reason}). A new one is being started; try again.',
  CHILD_SILENT:
    'The worker process did not answer "{request}" within {limitMs} ms. It may be busy with a very large image.',
  CHILD_REFUSED: 'The worker process could not answer "{request}": {reason}',
  HOST_STOPPED: 'The server is shutting down and takes no more requests. Try again when it is back.',
  PACK_UNREADABLE: 'Cannot load the node pack "{url}": {reason}',
  PACK_FATAL:
    'The node pack "{url}" ended the worker process while it was loaded ({reason}). It is left out until the server is started again.',
  PACK_INVALID:
    'The node pack "{url}" exports no function "createPack". Export one that takes the node contract and answers a pack.',
} as const;

export type WorkerErrorCode = keyof typeof workerErrorMessages;

/** Codes that say nothing against a request: sent again a little later, it may be answered. */
const temporaryCodes: ReadonlySet<WorkerErrorCode> = new Set([
  'CHILD_UNAVAILABLE',
  'CHILD_GONE',
  'CHILD_SILENT',
  'HOST_STOPPED',
]);

/** The only error that the worker room throws on purpose. */
export class WorkerError extends Error {
  readonly code: WorkerErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: WorkerErrorCode,
    details: Readonly<Record<string, string | number>> = {},
    options?: { readonly cause?: unknown },
  ) {
    super(fillTemplate(workerErrorMessages[code], details), options);
    this.name = 'WorkerError';
    this.code = code;
    this.details = details;
  }

  /** True when the request may be sent again later (the server answers 503). */
  get isTemporary(): boolean {
    return temporaryCodes.has(this.code);
  }
}

function fillTemplate(template: string, details: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
}
