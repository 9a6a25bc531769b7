// The one logger of the process: lines for people on a terminal, JSON elsewhere, always on standard error, so that
// standard output stays free for results. Writes are synchronous: nothing is lost when the process ends.
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
  /** Hides what is only informative: for commands whose own output matters. */
  readonly quiet?: boolean;
  /** Gets every line that is logged, also those of child loggers. */
  readonly logs?: LogRing;
}

export async function createLogger(verbose: Config['verbose'], options: LogDestination = {}): Promise<Logger> {
  const level = options.quiet && verbose === 'INFO' ? 'warn' : levels[verbose];
  if (process.stderr.isTTY) {
    const { default: pretty } = await import('pino-pretty');
    const layout = { ignore: 'pid,hostname,room', translateTime: 'HH:MM:ss', singleLine: true };
    return pino({ level, ...recordingInto(options.logs) }, pretty({ destination: 2, sync: true, ...layout }));
  }
  return pino({ level, base: null, ...recordingInto(options.logs) }, pino.destination({ fd: 2, sync: true }));
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
