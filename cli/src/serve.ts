// The server as a process: runs until a signal ends it.
import { LogRing } from '@snug/server';
import type { Config } from './config.ts';
import { KNOWN_FEATURE_FLAGS } from './feature-flag-values.ts';
import { openBrowser } from './front-end-browser.ts';
import { createLogger, type Logger } from './logger.ts';
import { ignoredFlagNotice } from './reference-flags.ts';
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
  if (config.listFeatureFlags) {
    for (const [name, meaning] of Object.entries(KNOWN_FEATURE_FLAGS)) {
      console.log(`${name}\t${meaning}`);
    }
    return;
  }
  const logs = new LogRing({
    terminalSize: () => ({ cols: process.stderr.columns ?? 80, rows: process.stderr.rows ?? 24 }),
  });
  const logger = await createLogger(config.verbose, {
    logs,
    isOnStandardOutput: config.logStdout,
    quiet: config.dontPrintServer,
  });
  for (const flag of ignoredFlags) {
    logger.warn({ flag }, ignoredFlagNotice(flag));
  }
  const watch = watchSignals();
  const server = await startServer({ config, argv, logger, logs });
  if (config.quickTestForCi) {
    await server.ready().finally(() => server.close());
    watch.stop();
    return;
  }
  await launchBrowser(config, server.url, logger);
  await closeOnSignal(watch, async () => {
    logger.info('Shutting down; a second signal ends at once');
    await server.close();
  });
}

/** A browser that cannot be opened is no reason not to serve. */
async function launchBrowser(config: Config, url: string, logger: Logger): Promise<void> {
  if (config.disableAutoLaunch || !(config.autoLaunch || config.windowsStandaloneBuild)) {
    return;
  }
  await openBrowser(url).catch((error: unknown) => {
    logger.warn({ err: error }, `No browser could be opened; the page is at ${url}`);
  });
}
