// `snug run`: one workflow, on a server that is running or on one of our own. Results go to standard output, everything
// else to standard error.
import { resolve } from 'node:path';
import type { RunResult } from '@snug/client';
import { SnugClient } from '@snug/client';
import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { addConfigFlags, configFlags } from '../config-flags.ts';
import { downloadFiles, savedPath, shownPath, type WrittenFile } from '../result-files.ts';
import { runWorkflow, type WorkflowRun } from '../run-workflow.ts';
import { setInputs } from '../set-input.ts';
import { abortOnSignal } from '../shutdown.ts';
import { readWorkflowFile } from '../workflow-file.ts';

interface RunFlags extends Record<string, unknown> {
  readonly set: readonly string[];
  readonly output?: string;
  readonly server?: string;
  readonly json?: boolean;
  readonly config?: string;
}

export function runCommand({ ignoredFlags }: { readonly ignoredFlags: readonly string[] }): Command {
  const command = new Command('run')
    .description('Run a workflow and print the paths of the files it made.')
    .argument('<workflow>', 'prompt in API format, or a submission around one; "-" reads standard input')
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
      console.error(`${flag} is accepted but has no effect`);
    }
    const file = await readWorkflowFile(workflow);
    const run = { prompt: setInputs(file.prompt, flags.set), extraData: file.extraData };
    const { result, files } = await abortOnSignal(signal =>
      flags.server === undefined
        ? runHere({ ...run, signal }, flags)
        : runThere({ ...run, signal }, flags.server, flags.output ?? 'output'),
    );
    print(result, files, flags.json === true);
  });
}

type RunInput = Omit<WorkflowRun, 'client'>;

interface RunOutcome {
  readonly result: RunResult;
  readonly files: readonly WrittenFile[];
}

/** On a server in this process: its output folder is the wanted one. */
async function runHere(input: RunInput, flags: RunFlags): Promise<RunOutcome> {
  const config = loadConfig({ flags: configFlags(flags), file: flags.config });
  const { startPrivateServer } = await import('../private-server.ts');
  await using server = await startPrivateServer({ ...config, outputDirectory: flags.output ?? config.outputDirectory });
  const client = new SnugClient({ baseUrl: server.url });
  const result = await runWorkflow({ ...input, client });
  const saved = result.files.filter(({ type }) => type === 'output');
  const previews = result.files.filter(({ type }) => type === 'temp');
  const files = saved.map(file => ({ ...file, path: savedPath(file, server.folders.output) }));
  // Previews die with the server: they are kept only where the user asked for everything in one place.
  const kept = flags.output === undefined ? [] : await downloadFiles(client, previews, server.folders.output);
  return { result, files: [...files, ...kept] };
}

async function runThere(input: RunInput, url: string, folder: string): Promise<RunOutcome> {
  const client = new SnugClient({ baseUrl: url });
  const result = await runWorkflow({ ...input, client });
  return { result, files: await downloadFiles(client, result.files, folder, input.signal) };
}

function print(result: RunResult, files: readonly WrittenFile[], asJson: boolean): void {
  if (asJson) {
    const { promptId, status, outputs } = result;
    const written = files.map(({ path, nodeId, kind }) => ({ path: resolve(path), node_id: nodeId, kind }));
    console.log(JSON.stringify({ prompt_id: promptId, status: status.statusStr, files: written, outputs }));
  } else {
    for (const { path } of files) {
      console.log(shownPath(path));
    }
  }
}
