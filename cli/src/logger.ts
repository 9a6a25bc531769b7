// The one logger of the process: lines for people on a terminal, JSON elsewhere, on standard error unless asked otherwise, so
// that standard output stays free for results. Writes are synchronous: nothing is lost when the process ends.
import type { LogRing } from '@snug/server';
import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from './config.ts';
import { reasonOf } from './errors.ts';

export type { Logger } from 'pino';

const levels: Readonly<Record<Config['verbose'], string>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
};

export interface LogDestination {
  /** Does not print what is only informative: for commands whose own output matters, and for those who want silence. */
  readonly quiet?: boolean;
  /** Standard output instead of standard error. */
  readonly isOnStandardOutput?: boolean;
  /** Gets every line that is logged, also those of child loggers and those that are not printed. */
  readonly logs?: LogRing;
}

export async function createLogger(verbose: Config['verbose'], options: LogDestination = {}): Promise<Logger> {
  const { stream, base } = await openConsole(options.isOnStandardOutput === true ? process.stdout : process.stderr);
  const isHushed = options.quiet === true && verbose === 'INFO';
  return pino(
    { level: levels[verbose], ...base, ...recordingInto(options.logs) },
    isHushed ? pino.multistream([{ level: 'warn', stream }]) : stream,
  );
}

/** Where lines go, and what they leave out: on a terminal the layout does that. */
async function openConsole({ fd, isTTY }: NodeJS.WriteStream & { readonly fd: number }) {
  if (!isTTY) return { stream: pino.destination({ fd, sync: true }), base: { base: null } };
  const { default: pretty } = await import('pino-pretty');
  const layout = { ignore: 'pid,hostname,room', translateTime: 'HH:MM:ss', singleLine: true };
  return { stream: pretty({ destination: fd, sync: true, ...layout }), base: {} };
}

function recordingInto(logs: LogRing | undefined): Pick<LoggerOptions, 'hooks'> {
  if (logs === undefined) {
    return {};
  }
  return {
    hooks: {
      // Called for enabled levels only.
      logMethod(args, method) {
        logs.add(lineOf(args));
        method.apply(this, args);
      },
    },
  };
}

/** The message, with that of an error that is logged along; other details stay in the log itself. */
function lineOf([first, second]: readonly unknown[]): string {
  if (typeof first === 'string') {
    return first;
  }
  const err = first instanceof Error ? first : ((first ?? {}) as { err?: unknown }).err;
  const parts = [second, err === undefined ? undefined : reasonOf(err)].filter(
    part => part !== undefined && part !== '',
  );
  return parts.join(': ');
}
