// Reads what the user wants to run (spec files.md sections 6 and 7): a prompt in API format, the body of a submission around
// one, a workflow as an editor saves it, or a picture that carries one of these. Numbers stay as written.
import { readFile } from 'node:fs/promises';
import {
  canEmbedWorkflow,
  isEditorWorkflow,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  orderedEntries,
  type Prompt,
  parseLossless,
  readEmbeddedWorkflow,
} from '@snug/protocol';
import { CliError, reasonOf } from './errors.ts';

export interface PromptFile {
  readonly kind: 'prompt';
  readonly prompt: Prompt;
  /** `extra_data` of a submission body, or what a picture carries beside its prompt. */
  readonly extraData: JsonObject | undefined;
}

/** A document that only a server's node catalogue makes into a prompt. */
export interface EditorFile {
  readonly kind: 'workflow';
  readonly workflow: JsonObject;
  readonly extraData: JsonObject | undefined;
}

export type WorkflowFile = PromptFile | EditorFile;

/**
 * Reads a file, or the standard input for `-`.
 * @throws {CliError} `WORKFLOW_UNREADABLE`, `WORKFLOW_NOT_RUNNABLE`.
 */
export async function readWorkflowFile(path: string): Promise<WorkflowFile> {
  let bytes: Uint8Array;
  let value: JsonValue;
  try {
    bytes = path === '-' ? await readStandardInput() : await readFile(path);
    if (canEmbedWorkflow(bytes)) return await readPicture(bytes, path);
    value = parseLossless(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('WORKFLOW_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
  return parseWorkflow(value, path);
}

/** As `readWorkflowFile`, for files that must be prompts. */
export async function readPromptFile(path: string): Promise<PromptFile> {
  const file = await readWorkflowFile(path);
  if (file.kind === 'prompt') return file;
  throw new CliError('WORKFLOW_NOT_RUNNABLE', { path, reason: 'it is a workflow, a prompt is needed' });
}

/** @throws {CliError} `WORKFLOW_NOT_RUNNABLE` when the value is nothing that runs; `path` only names it. */
export function parseWorkflow(value: JsonValue, path: string): WorkflowFile {
  if (!isJsonObject(value)) {
    throw new CliError('WORKFLOW_NOT_RUNNABLE', { path, reason: 'it is no JSON object' });
  }
  if (isEditorWorkflow(value)) {
    return { kind: 'workflow', workflow: value, extraData: undefined };
  }
  // A prompt may have a node whose id is "prompt"; only a node has a class.
  const inner = value['prompt'];
  if (isJsonObject(inner) && inner['class_type'] === undefined) {
    const extraData = isJsonObject(value['extra_data']) ? value['extra_data'] : undefined;
    if (isEditorWorkflow(inner)) {
      return { kind: 'workflow', workflow: inner, extraData };
    }
    return { kind: 'prompt', prompt: checkPrompt(inner, path), extraData };
  }
  return { kind: 'prompt', prompt: checkPrompt(value, path), extraData: undefined };
}

/** The executed prompt repeats the picture exactly; the workflow stands in for it where there is none. */
async function readPicture(bytes: Uint8Array, path: string): Promise<WorkflowFile> {
  const { prompt, workflow } = (await readEmbeddedWorkflow(bytes)) ?? {};
  if (prompt !== undefined) {
    const extraData = workflow === undefined ? undefined : { extra_pnginfo: { workflow } };
    return { kind: 'prompt', prompt: checkPrompt(prompt, path), extraData };
  }
  if (isEditorWorkflow(workflow)) {
    return { kind: 'workflow', workflow, extraData: undefined };
  }
  throw new CliError('WORKFLOW_NOT_RUNNABLE', { path, reason: 'the picture carries neither prompt nor workflow' });
}

function checkPrompt(value: JsonObject, path: string): Prompt {
  const entries = orderedEntries(value);
  if (entries.length === 0) {
    throw new CliError('WORKFLOW_NOT_RUNNABLE', { path, reason: 'it has no nodes' });
  }
  for (const [id, node] of entries) {
    if (!isJsonObject(node) || typeof node['class_type'] !== 'string') {
      throw new CliError('WORKFLOW_NOT_RUNNABLE', { path, reason: `"${id}" has no "class_type"` });
    }
    if (!isJsonObject(node['inputs'])) {
      throw new CliError('WORKFLOW_NOT_RUNNABLE', { path, reason: `node ${id} has no "inputs"` });
    }
  }
  return value as Prompt;
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
