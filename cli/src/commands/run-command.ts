// `snug run`: one workflow, on a server that is running or on one of our own. The work is in `run-file.ts`.
import { Command } from 'commander';
import { addConfigFlags } from '../config-flags.ts';
import { ignoredFlagNotice } from '../reference-flags.ts';
import type { RunFlags } from '../run-file.ts';

export function runCommand({ ignoredFlags }: { readonly ignoredFlags: readonly string[] }): Command {
  const command = new Command('run')
    .description('Run a workflow and print the paths of the files it made.')
    .argument('<workflow>', 'prompt, editor workflow, or a picture that carries one; "-" reads standard input')
    .option(
      '--set <node.input=value>',
      'change an input; repeatable',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--output <folder>', 'where results go (default: the output folder; with --server ./output)')
    .option('--server <url>', 'use this server instead of starting one')
    .option('--json', 'print one JSON object instead of paths');
  return addConfigFlags(command).action(async (workflow: string, flags: RunFlags) => {
    for (const flag of ignoredFlags) {
      console.error(ignoredFlagNotice(flag));
    }
    const { runFile } = await import('../run-file.ts');
    await runFile(workflow, flags);
  });
}
