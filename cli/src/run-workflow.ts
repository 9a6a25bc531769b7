// Runs one prompt through a client and shows its progress on standard error. Shared by `run` and `demo`.
import type { RunResult, SnugClient } from '@snug/client';
import { isJsonObject, type JsonObject, type Prompt } from '@snug/protocol';
import { type ProgressStream, progressDisplay } from './progress-display.ts';

export interface WorkflowRun {
  readonly client: SnugClient;
  readonly prompt: Prompt;
  readonly extraData?: JsonObject | undefined;
  readonly signal: AbortSignal;
  /** Where progress goes; default standard error. */
  readonly progress?: ProgressStream;
}

export async function runWorkflow(run: WorkflowRun): Promise<RunResult> {
  const display = progressDisplay(run.progress ?? process.stderr);
  const labelOf = (nodeId: string) => nodeLabel(run.prompt, nodeId);
  try {
    return await run.client.run(run.prompt, {
      ...(run.extraData === undefined ? {} : { extraData: run.extraData }),
      signal: run.signal,
      onNode: nodeId => display.node(labelOf(nodeId)),
      onProgress: ({ nodeId, value, max }) => display.step(labelOf(nodeId), value, max),
    });
  } finally {
    display.finish();
  }
}

/** Title or class of a node; the bare id for nodes that came into being while the prompt ran. */
function nodeLabel(prompt: Prompt, nodeId: string): string {
  const node = prompt[nodeId];
  const title = isJsonObject(node?.['_meta']) ? node['_meta']['title'] : undefined;
  return typeof title === 'string' && title !== '' ? title : (node?.class_type ?? nodeId);
}
