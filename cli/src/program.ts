// The command line as a whole: which commands there are, how wrong calls and failures are reported. Status 0 means
// done, 1 failed, 2 called wrongly; commands that a signal ended end by that signal.
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { demoCommand } from './commands/demo-command.ts';
import { nodeCommand } from './commands/node-command.ts';
import { runCommand } from './commands/run-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import { CliError } from './errors.ts';
import { splitReferenceFlags } from './reference-flags.ts';
import { snugVersion } from './version.ts';

/** Runs a command line (without the names of node and the program) and answers the exit status. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const { rest, ignored } = splitReferenceFlags(args);
  const program = new Command('snug')
    .description('Runs ComfyUI workflows natively in Node.js.')
    .version(snugVersion, '--version')
    .addCommand(serveCommand({ ignoredFlags: ignored, argv: args }))
    .addCommand(runCommand({ ignoredFlags: ignored }))
    .addCommand(demoCommand())
    .addCommand(nodeCommand());
  for (const command of withSubcommands(program)) {
    // Throws instead of exiting, so that this function alone decides on the status.
    command.exitOverride().showHelpAfterError('Run with --help for all options.');
  }
  try {
    await program.parseAsync(rest, { from: 'user' });
    return 0;
  } catch (error) {
    return reportFailure(error, args);
  }
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function reportFailure(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message; asking for help is no failure.
    return error.exitCode === 0 ? 0 : 2;
  }
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${pc.red('error:')} ${message}`);
  if (args.includes('--verbose') && error instanceof Error) {
    console.error(pc.dim(stackWithCauses(error)));
  }
  return error instanceof CliError ? error.exitCode : 1;
}

function stackWithCauses(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\ncaused by ${stackWithCauses(error.cause)}` : own;
}
