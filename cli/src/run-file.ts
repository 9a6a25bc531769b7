// Runs a workflow file and prints what came of it: results go to standard output, everything else to standard error.
import { resolve } from 'node:path';
import { type RunResult, SnugClient } from '@snug/client';
import { loadConfig } from './config.ts';
import { configFlags } from './config-flags.ts';
import { prepareRun, type RunPreparation } from './prepare-run.ts';
import { downloadFiles, savedPath, shownPath, type WrittenFile } from './result-files.ts';
import { runWorkflow } from './run-workflow.ts';
import { abortOnSignal } from './shutdown.ts';
import { readWorkflowFile } from './workflow-file.ts';

/** Flags of `snug run`, and those of the configuration. */
export interface RunFlags extends Record<string, unknown> {
  readonly set: readonly string[];
  readonly output?: string;
  readonly server?: string;
  readonly json?: boolean;
  readonly config?: string;
}

export async function runFile(path: string, flags: RunFlags): Promise<void> {
  const file = await readWorkflowFile(path);
  const prepare = prepareRun(file, flags.set, path);
  const { result, files } = await abortOnSignal(signal =>
    flags.server === undefined
      ? runHere({ prepare, signal }, flags)
      : runThere({ prepare, signal }, flags.server, flags.output ?? 'output'),
  );
  print(result, files, flags.json === true);
}

interface RunInput {
  readonly prepare: RunPreparation;
  readonly signal: AbortSignal;
}

interface RunOutcome {
  readonly result: RunResult;
  readonly files: readonly WrittenFile[];
}

/** On a server in this process: its output folder is the wanted one. */
async function runHere(input: RunInput, flags: RunFlags): Promise<RunOutcome> {
  const config = loadConfig({ flags: configFlags(flags), file: flags.config });
  const { startPrivateServer } = await import('./private-server.ts');
  await using server = await startPrivateServer({ ...config, outputDirectory: flags.output ?? config.outputDirectory });
  const client = new SnugClient({ baseUrl: server.url });
  const result = await runPrepared(input, client);
  const saved = result.files.filter(({ type }) => type === 'output');
  const previews = result.files.filter(({ type }) => type === 'temp');
  const files = saved.map(file => ({ ...file, path: savedPath(file, server.folders.output) }));
  // Previews die with the server: they are kept only where the user asked for everything in one place.
  const kept = flags.output === undefined ? [] : await downloadFiles(client, previews, server.folders.output);
  return { result, files: [...files, ...kept] };
}

async function runThere(input: RunInput, url: string, folder: string): Promise<RunOutcome> {
  const client = new SnugClient({ baseUrl: url });
  const result = await runPrepared(input, client);
  return { result, files: await downloadFiles(client, result.files, folder, input.signal) };
}

async function runPrepared({ prepare, signal }: RunInput, client: SnugClient): Promise<RunResult> {
  return runWorkflow({ ...(await prepare(client, signal)), client, signal });
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
