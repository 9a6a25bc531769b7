// Reads what the user wants to run: a prompt in API format, or the body of a submission around one (spec files.md
// section 7). Numbers stay as written.
import { readFile } from 'node:fs/promises';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  orderedEntries,
  type Prompt,
  parseLossless,
} from '@snug/protocol';
import { CliError, reasonOf } from './errors.ts';

export interface WorkflowFile {
  readonly prompt: Prompt;
  /** `extra_data` of a submission body. */
  readonly extraData: JsonObject | undefined;
}

/**
 * Reads a file, or the standard input for `-`.
 * @throws {CliError} `WORKFLOW_UNREADABLE`, `WORKFLOW_NOT_API`.
 */
export async function readWorkflowFile(path: string): Promise<WorkflowFile> {
  let value: JsonValue;
  try {
    const text = path === '-' ? await readStandardInput() : await readFile(path, 'utf8');
    value = parseLossless(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CliError('WORKFLOW_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
  return parseWorkflow(value, path);
}

/** @throws {CliError} `WORKFLOW_NOT_API` when the value is no prompt; `path` only names it. */
export function parseWorkflow(value: JsonValue, path: string): WorkflowFile {
  if (!isJsonObject(value)) {
    throw new CliError('WORKFLOW_NOT_API', { path, reason: 'it is no JSON object' });
  }
  if (Array.isArray(value['nodes'])) {
    throw new CliError('WORKFLOW_NOT_API', { path, reason: 'it is a workflow as the editor saves it' });
  }
  // A prompt may have a node whose id is "prompt"; only a node has a class.
  if (isJsonObject(value['prompt']) && value['prompt']['class_type'] === undefined) {
    const extraData = value['extra_data'];
    return { prompt: checkPrompt(value['prompt'], path), extraData: isJsonObject(extraData) ? extraData : undefined };
  }
  return { prompt: checkPrompt(value, path), extraData: undefined };
}

function checkPrompt(value: JsonObject, path: string): Prompt {
  const entries = orderedEntries(value);
  if (entries.length === 0) {
    throw new CliError('WORKFLOW_NOT_API', { path, reason: 'it has no nodes' });
  }
  for (const [id, node] of entries) {
    if (!isJsonObject(node) || typeof node['class_type'] !== 'string') {
      throw new CliError('WORKFLOW_NOT_API', { path, reason: `"${id}" has no "class_type"` });
    }
    if (!isJsonObject(node['inputs'])) {
      throw new CliError('WORKFLOW_NOT_API', { path, reason: `node ${id} has no "inputs"` });
    }
  }
  return value as Prompt;
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
