// The server as a process: runs until a signal ends it.
import type { Config } from './config.ts';
import { createLogger } from './logger.ts';
import { closeOnSignal, watchSignals } from './shutdown.ts';
import { startServer } from './start-server.ts';

export interface ServeOptions {
  readonly config: Config;
  /** Command line as typed. */
  readonly argv: readonly string[];
  /** Flags of the reference that were accepted and have no effect. */
  readonly ignoredFlags: readonly string[];
}

export async function serve({ config, argv, ignoredFlags }: ServeOptions): Promise<void> {
  const logger = await createLogger(config.verbose);
  for (const flag of ignoredFlags) {
    logger.warn({ flag }, `${flag} is accepted but has no effect`);
  }
  const watch = watchSignals();
  const server = await startServer({ config, argv, logger });
  if (config.quickTestForCi) {
    await server.ready().finally(() => server.close());
    watch.stop();
    return;
  }
  await closeOnSignal(watch, async () => {
    logger.info('Shutting down; a second signal ends at once');
    await server.close();
  });
}
