// What the command line can complain about. `main.ts` prints the message on one line and exits with the code's status:
// 2 for a wrong call (flags, configuration, files named by the user), 1 for everything that fails while running.

interface ErrorKind {
  readonly message: string;
  readonly exitCode: 1 | 2;
}

/** Code to message template and exit status; `{name}` is replaced by the detail of that name. */
export const cliErrorMessages = {
  CONFIG_INVALID: { message: '{source}: {problem}', exitCode: 2 },
  CONFIG_FILE_UNREADABLE: {
    message: 'Cannot read the configuration file {path} ({reason}). It must be a JSON object.',
    exitCode: 2,
  },
  FILE_UNREADABLE: { message: 'Cannot read {path} given by {flag} ({reason}).', exitCode: 2 },
  LISTEN_NEEDS_AUTH: {
    message:
      'Refusing to listen on {address}: everybody who can reach this machine could run prompts and read files. ' +
      'Stay on 127.0.0.1, or add --insecure-no-auth if the network is trusted.',
    exitCode: 2,
  },
  SERVER_STOPPED: {
    message: 'The server is shutting down and takes no more requests. Try again when it is back.',
    exitCode: 1,
  },
  FRONT_END_UNAVAILABLE: {
    message:
      'The front end {release} cannot be fetched ({reason}). Check the network and the name, give a folder with ' +
      '--front-end-root, or leave --front-end-version out for the built-in page.',
    exitCode: 1,
  },
  FRONT_END_UNUSABLE: {
    message: 'The front end {release} cannot be used ({reason}). Choose another release with --front-end-version.',
    exitCode: 1,
  },
  WORKFLOW_UNREADABLE: { message: 'Cannot read the workflow {path} ({reason}).', exitCode: 2 },
  WORKFLOW_NOT_RUNNABLE: {
    message:
      '{path} is no workflow ({reason}). Give what an editor saves, a prompt in API format (an object of node id to ' +
      '{"class_type", "inputs"}), or a PNG or WebP file that was saved with its workflow.',
    exitCode: 2,
  },
  WORKFLOW_NOT_CONVERTIBLE: {
    message: '{path} cannot be converted to a prompt:{problems}',
    exitCode: 2,
  },
  SET_INVALID: { message: '--set {assignment}: {problem}', exitCode: 2 },
  OUTPUT_NAME_UNSAFE: {
    message: 'The server named the result "{name}", which would leave the output folder; it was not written.',
    exitCode: 1,
  },
  PACK_NAME_INVALID: {
    message:
      'A node pack cannot be called "{name}". Use at most {limit} lower-case letters and digits, beginning with a letter, ' +
      'words joined by "-" or "_": my-nodes.',
    exitCode: 2,
  },
  PACK_EXISTS: {
    message: 'There is something at {folder} already. Choose another name than "{name}", or remove it first.',
    exitCode: 2,
  },
  PACK_NOT_WRITTEN: { message: 'Cannot make the node pack {folder} ({reason}).', exitCode: 1 },
  DEMO_CHECKPOINT_MISSING: {
    message:
      'The demo checkpoint {path} is missing. Run the demo from a clone of the repository, or make the file with ' +
      'tools/demo-model.',
    exitCode: 1,
  },
} as const satisfies Record<string, ErrorKind>;

export type CliErrorCode = keyof typeof cliErrorMessages;
export type CliErrorDetails = Readonly<Record<string, string | number>>;

/** The only error class of this room. */
export class CliError extends Error {
  readonly code: CliErrorCode;
  readonly details: CliErrorDetails;
  readonly exitCode: 1 | 2;

  constructor(code: CliErrorCode, details: CliErrorDetails = {}, cause?: unknown) {
    const kind = cliErrorMessages[code];
    super(
      kind.message.replace(/\{(\w+)\}/g, (slot, name: string) => String(details[name] ?? slot)),
      cause === undefined ? undefined : { cause },
    );
    this.name = 'CliError';
    this.code = code;
    this.details = details;
    this.exitCode = kind.exitCode;
  }

  /** True when a request that met it may be sent again later (the server answers 503). */
  get isTemporary(): boolean {
    return this.code === 'SERVER_STOPPED';
  }
}

/** Short reason out of an unknown failure, for message templates. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
