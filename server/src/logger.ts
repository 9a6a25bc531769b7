// The logger that `cli` injects: the part of pino that the server uses. Libraries log nothing of their own accord.

type LogMethod = (details: object, message: string) => void;

export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

const nothing: LogMethod = () => {};

/** Used when no logger is injected. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
