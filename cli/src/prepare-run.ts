// From a file to what is submitted: a workflow is converted with the node catalogue of the server that will run it, and goes
// along as metadata, so that the results can be opened in an editor.
import type { SnugClient } from '@snug/client';
import type { JsonObject, Prompt } from '@snug/protocol';
import { CliError } from './errors.ts';
import { setInputs } from './set-input.ts';
import type { EditorFile, WorkflowFile } from './workflow-file.ts';

export interface PreparedRun {
  readonly prompt: Prompt;
  readonly extraData: JsonObject | undefined;
}

/** Makes the run for a server, once there is one. */
export type RunPreparation = (client: SnugClient, signal: AbortSignal) => Promise<PreparedRun>;

/**
 * Answers how to make the run. Assignments to a prompt are made at once: mistakes in them need no server to be found.
 * @param source names the file in messages.
 * @throws {CliError} `SET_INVALID`; the preparation also `WORKFLOW_NOT_CONVERTIBLE`.
 */
export function prepareRun(file: WorkflowFile, assignments: readonly string[], source: string): RunPreparation {
  if (file.kind === 'prompt') {
    const run = { prompt: setInputs(file.prompt, assignments), extraData: file.extraData };
    return async () => run;
  }
  return async (client, signal) => {
    const prompt = await convertFile(file, client, { source, signal });
    return { prompt: setInputs(prompt, assignments), extraData: withWorkflow(file) };
  };
}

async function convertFile(
  { workflow }: EditorFile,
  client: SnugClient,
  { source, signal }: { readonly source: string; readonly signal: AbortSignal },
): Promise<Prompt> {
  const { ok, prompt, problems } = await client.convertWorkflow(workflow, { signal });
  if (!ok) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const lines = errors.map(({ message }) => `\n  ${message}`).join('');
    throw new CliError('WORKFLOW_NOT_CONVERTIBLE', { path: source, problems: lines });
  }
  for (const { message } of problems) console.error(`warning: ${message}`);
  return prompt;
}

function withWorkflow({ workflow, extraData }: EditorFile): JsonObject {
  return extraData?.['extra_pnginfo'] === undefined ? { ...extraData, extra_pnginfo: { workflow } } : extraData;
}
