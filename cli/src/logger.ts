// The one logger of the process: lines for people on a terminal, JSON elsewhere, always on standard error, so that
// standard output stays free for results. Writes are synchronous: nothing is lost when the process ends.
import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger } from 'pino';

const levels: Readonly<Record<Config['verbose'], string>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
};

/** `quiet` hides what is only informative: for commands whose own output matters. */
export async function createLogger(verbose: Config['verbose'], options: { quiet?: boolean } = {}): Promise<Logger> {
  const level = options.quiet && verbose === 'INFO' ? 'warn' : levels[verbose];
  if (process.stderr.isTTY) {
    const { default: pretty } = await import('pino-pretty');
    const layout = { ignore: 'pid,hostname,room', translateTime: 'HH:MM:ss', singleLine: true };
    return pino({ level }, pretty({ destination: 2, sync: true, ...layout }));
  }
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
}
