// The body of POST /prompt and its two answers (http.md 2.2).
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type NodeErrors,
  numericValue,
  type Prompt,
  type PromptProblem,
  parseLossless,
} from '@snug/protocol';
import { ClientError, HttpStatusError, PromptRejectedError } from './errors.ts';
import type { CallOptions } from './http-transport.ts';

export interface SubmitOptions extends CallOptions {
  /** Stored with the prompt; `extra_pnginfo` goes into saved files, `preview_method` chooses previews. */
  readonly extraData?: JsonObject;
  /** Id to run under. Default: the server makes one. */
  readonly promptId?: string;
  /** Explicit place in the queue: lower runs first. */
  readonly number?: number;
  /** Before everything that waits. */
  readonly front?: boolean;
  /** Run only these output nodes. */
  readonly partialTargets?: readonly string[];
}

export interface Submission {
  readonly promptId: string;
  readonly number: number;
  /** Outputs that will not run because they are invalid; empty as a rule. */
  readonly nodeErrors: NodeErrors;
}

export function submissionBody(prompt: Prompt, clientId: string, options: SubmitOptions): JsonObject {
  const body: JsonObject = { prompt: prompt as JsonObject, client_id: clientId };
  if (options.extraData !== undefined) {
    body['extra_data'] = options.extraData;
  }
  if (options.promptId !== undefined) {
    body['prompt_id'] = options.promptId;
  }
  if (options.number !== undefined) {
    body['number'] = options.number;
  }
  if (options.front !== undefined) {
    body['front'] = options.front;
  }
  if (options.partialTargets !== undefined) {
    body['partial_execution_targets'] = [...options.partialTargets];
  }
  return body;
}

/** @throws {PromptRejectedError} for a refusal; `ClientError` when the answer is neither. */
export function readSubmission(answer: { url: string; status: number; body: string }): Submission {
  const value = parsedObject(answer.body);
  const nodeErrors = (isJsonObject(value?.['node_errors']) ? value['node_errors'] : {}) as unknown as NodeErrors;
  if (answer.status === 200 && typeof value?.['prompt_id'] === 'string') {
    return { promptId: value['prompt_id'], number: numericValue(value['number']) ?? 0, nodeErrors };
  }
  const error = value?.['error'];
  if (answer.status === 400 && isPromptProblem(error)) {
    throw new PromptRejectedError(error, nodeErrors);
  }
  if (answer.status === 400) {
    throw new HttpStatusError({ method: 'POST', url: answer.url, status: 400, body: answer.body });
  }
  throw new ClientError('BAD_RESPONSE', { method: 'POST', url: answer.url, reason: 'no "prompt_id" in the answer' });
}

function isPromptProblem(value: JsonValue | undefined): value is JsonObject & PromptProblem {
  return isJsonObject(value) && typeof value['type'] === 'string' && typeof value['message'] === 'string';
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value = parseLossless(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // The caller reports the answer as a whole.
  }
}
