// The demo: a server on a free port with the checkpoint that comes with the repository, the example prompt sent over HTTP like
// any client would, and what to type next.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SnugClient } from '@snug/client';
import type { Prompt } from '@snug/protocol';
import pc from 'picocolors';
import { loadConfig } from './config.ts';
import { CliError } from './errors.ts';
import { savedPath, shownPath } from './result-files.ts';
import { runWorkflow } from './run-workflow.ts';
import { setInputs } from './set-input.ts';
import { abortOnSignal } from './shutdown.ts';
import { readPromptFile } from './workflow-file.ts';

export interface DemoFlags {
  readonly seed?: string;
  readonly output: string;
}

/** The repository: this file is cli/dist/draw-demo.js (or cli/src/draw-demo.ts). */
const repository = fileURLToPath(new URL('../../', import.meta.url));
const demoFolder = join(repository, 'demo');
const checkpoint = join(demoFolder, 'models', 'checkpoints', 'snug-demo.safetensors');

/**
 * Draws the example, or another text, and prints where the picture is.
 * @throws {CliError} `DEMO_CHECKPOINT_MISSING`.
 */
export async function drawDemo(text: string | undefined, { seed, output }: DemoFlags): Promise<void> {
  await access(checkpoint).catch(cause => {
    throw new CliError('DEMO_CHECKPOINT_MISSING', { path: checkpoint }, cause);
  });
  const { prompt } = await readPromptFile(join(repository, 'examples', 'demo.json'));
  const changes = [
    ...(text === undefined ? [] : [`Prompt.text=${JSON.stringify(text)}`]),
    ...(seed === undefined ? [] : [`Sampler.seed=${seed}`]),
  ];
  await abortOnSignal(signal => draw(setInputs(prompt, changes), output, signal));
}

async function draw(prompt: Prompt, output: string, signal: AbortSignal): Promise<void> {
  const flags = { modelsDirectory: join(demoFolder, 'models'), outputDirectory: output };
  const { startPrivateServer } = await import('./private-server.ts');
  await using server = await startPrivateServer(loadConfig({ flags }), { isIsolated: true });
  console.error(`Server on ${server.url}; drawing ${pc.bold(String(prompt['2']?.inputs['text']))}`);
  const client = new SnugClient({ baseUrl: server.url });
  const { files } = await runWorkflow({ client, prompt, signal });
  for (const file of files) {
    console.log(shownPath(savedPath(file, server.folders.output)));
  }
  console.error(`To start the server for good: npm start -- --base-directory ${shownPath(demoFolder)}`);
}
