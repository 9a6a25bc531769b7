// Everything the server can complain about: one class, one table of codes. A template says what happened, with its values in
// braces, then what the user can do. Only this room knows HTTP statuses: each code names the answer a request gets when
// the error reaches the top of a handler (spec http.md 1.8). Errors of listening have no request, their status is never sent.

interface ErrorEntry {
  readonly status: number;
  readonly message: string;
}

/** Code to status and message template. Codes are stable: programs may test for them. */
export const serverErrors = {
  BODY_TOO_LARGE: {
    status: 413,
    message: 'Maximum request body size {limit} exceeded, actual body size {actual}',
  },
  JSON_UNREADABLE: {
    status: 500,
    message: 'The body of {route} is not valid JSON: {reason}. Send one UTF-8 JSON document.',
  },
  REQUEST_NOT_USABLE: {
    status: 500,
    message: 'The request {route} has an unusable {part}: expected {expected}. Correct it and send it again.',
  },
  FORM_DAMAGED: {
    status: 400,
    message: 'The form sent to {route} cannot be read: {reason}. Send it as multipart/form-data.',
  },
  NAME_NOT_USABLE: {
    status: 400,
    message: 'The file name "{name}" cannot be used: {reason}. Choose another name.',
  },
  IMAGE_UNREADABLE: {
    status: 500,
    message: 'The file "{name}" cannot be shown as an image: {reason}. Request it without `preview` and `channel`.',
  },
  ADDRESS_UNAVAILABLE: {
    status: 500,
    message: 'Cannot listen on {host} port {port}: {reason}. Stop the program that uses it or choose another --port.',
  },
  CATALOGUE_UNREADABLE: {
    status: 500,
    message:
      'The node catalogue of the worker cannot be read: {reason}. Restart the server; if it stays, remove node packs.',
  },
  ASSET_REQUEST_REFUSED: {
    status: 400,
    message: 'The asset request was refused ({failure}): {reason}',
  },
  FRONT_END_ROOT_MISSING: {
    status: 500,
    message: 'The front end folder "{path}" does not exist. Give an existing folder with --front-end-root.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ServerErrorCode = keyof typeof serverErrors;

type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** Values of a message: one entry per placeholder of the template, more are allowed. */
export type ServerErrorDetails<Code extends ServerErrorCode> = {
  readonly [Name in Placeholders<(typeof serverErrors)[Code]['message']>]: string | number;
} & { readonly [name: string]: unknown };

/** The only error that the server throws on purpose. */
export class ServerError<Code extends ServerErrorCode = ServerErrorCode> extends Error {
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;
  /** HTTP status of the answer when no handler catches the error. */
  readonly status: number;

  constructor(code: Code, details: ServerErrorDetails<Code>, options?: { readonly cause?: unknown }) {
    super(fillTemplate(serverErrors[code].message, details), options);
    this.name = 'ServerError';
    this.code = code;
    this.details = details;
    this.status = serverErrors[code].status;
  }
}

function fillTemplate(template: string, details: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
}

/** Text of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
