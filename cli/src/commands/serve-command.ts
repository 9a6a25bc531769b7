// `snug serve`. The work is in `serve.ts`.
import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { addConfigFlags, configFlags } from '../config-flags.ts';
import type { ServeOptions } from '../serve.ts';

export function serveCommand({ ignoredFlags, argv }: Omit<ServeOptions, 'config'>): Command {
  const command = addConfigFlags(new Command('serve').description('Start the server.'));
  return command.action(async (options: Record<string, unknown> & { config?: string }) => {
    const config = loadConfig({ flags: configFlags(options), file: options.config });
    const { serve } = await import('../serve.ts');
    await serve({ config, argv, ignoredFlags });
  });
}
