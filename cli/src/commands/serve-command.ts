// `snug serve`: the server, until a signal ends it.
import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { addConfigFlags, configFlags } from '../config-flags.ts';
import { createLogger } from '../logger.ts';
import { closeOnSignal, watchSignals } from '../shutdown.ts';

export interface ServeContext {
  /** Flags of the reference that were accepted and have no effect. */
  readonly ignoredFlags: readonly string[];
  /** Command line as typed. */
  readonly argv: readonly string[];
}

export function serveCommand({ ignoredFlags, argv }: ServeContext): Command {
  const command = addConfigFlags(new Command('serve').description('Start the server.'));
  return command.action(async (options: Record<string, unknown> & { config?: string }) => {
    const config = loadConfig({ flags: configFlags(options), file: options.config });
    const logger = await createLogger(config.verbose);
    for (const flag of ignoredFlags) {
      logger.warn({ flag }, `${flag} is accepted but has no effect`);
    }
    const watch = watchSignals();
    const { startServer } = await import('../start-server.ts');
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
  });
}
