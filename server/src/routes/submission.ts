// Reading a `POST /prompt` body, step by step in the order that clients can observe (spec http.md 2.2): number, presence of
// the prompt, id, extra data. Validation and storage follow in `prompt-routes.ts`.
import { randomUUID } from 'node:crypto';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numericValue,
  type Prompt,
  type PromptProblem,
  resolvePromptId,
} from '@snug/protocol';
import { ServerError } from '../errors.ts';
import { isTruthy } from '../http/json-body.ts';
import type { PromptCounter } from '../server-context.ts';

export interface Submission {
  readonly promptId: string;
  readonly number: number;
  readonly numberIsFloat: boolean;
  readonly clientId: string | null;
  readonly prompt: Prompt;
  readonly targets: readonly string[] | null;
  /** Without secrets. */
  readonly extraData: JsonObject;
  /** Secrets for the executor only; null when there are none. */
  readonly sensitive: JsonObject | null;
  readonly createdAtMs: number;
}

/** A refusal that is answered with 400 and this error, before any node was looked at. */
export type SubmissionProblem = Pick<PromptProblem, 'type' | 'message' | 'details'>;

export interface SubmissionSettings {
  readonly counter: PromptCounter;
  readonly strictPromptIds: boolean;
  /** Value of the `Comfy-Usage-Source` header. */
  readonly usageSource: string | undefined;
  readonly nowMs: number;
}

/** Never listed: handed to the executor alone (spec http.md 2.2). */
const secretKeys = ['auth_token_comfy_org', 'api_key_comfy_org'] as const;

/** What the reference answers with a generic 500; the message is for our log. */
function unusable(part: string, expected: string): ServerError {
  return new ServerError('REQUEST_NOT_USABLE', { route: 'POST /prompt', part, expected });
}

const noPrompt: SubmissionProblem = {
  type: 'no_prompt',
  message: 'No prompt provided',
  details: 'No prompt provided',
};

const badPolicy: SubmissionProblem = {
  type: 'invalid_node_failure_policy',
  message: 'node_failure_policy must be "fail_fast" or "continue_independent"',
  details: 'node_failure_policy',
};

/**
 * Reads a parsed body. Advances the counter for every body without `number`, whatever becomes of it.
 * Throws `REQUEST_NOT_USABLE` where the reference fails with 500.
 */
export function readSubmission(
  body: JsonValue,
  settings: SubmissionSettings,
): { readonly submission: Submission } | { readonly problem: SubmissionProblem } {
  if (typeof body === 'string' || Array.isArray(body)) {
    settings.counter.next(); // The reference looks for keys in them, finds none and counts them.
    return { problem: noPrompt };
  }
  if (!isJsonObject(body)) throw unusable('top level', 'an object');
  const priority = readPriority(body, settings.counter);
  if (!('prompt' in body)) return { problem: noPrompt };
  const id = resolvePromptId(body['prompt_id'] ?? randomUUID(), { strict: settings.strictPromptIds });
  if (!id.ok) {
    return {
      problem: { type: 'invalid_prompt_id', message: 'prompt_id must be a valid UUID', details: id.problem },
    };
  }
  if (!policies.includes(body[policyKey] ?? 'fail_fast')) return { problem: badPolicy };
  const { extraData, sensitive } = readExtraData(body, settings);
  return {
    submission: {
      promptId: id.promptId,
      ...priority,
      clientId: clientIdOf(extraData),
      prompt: readPrompt(body['prompt']),
      targets: readTargets(body['partial_execution_targets']),
      extraData,
      sensitive,
      createdAtMs: settings.nowMs,
    },
  };
}

function readPriority(body: JsonObject, counter: PromptCounter): Pick<Submission, 'number' | 'numberIsFloat'> {
  if ('number' in body) {
    const number = asFloat(body['number']);
    if (number === undefined) throw unusable('number', 'a finite number or its text');
    return { number, numberIsFloat: true };
  }
  const value = counter.next();
  return { number: isTruthy(body['front']) && value !== 0 ? -value : value, numberIsFloat: false };
}

/** A finite float from a number, a boolean or a numeric text. */
function asFloat(value: JsonValue | undefined): number | undefined {
  let number = typeof value === 'boolean' ? Number(value) : numericValue(value);
  if (typeof value === 'string' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value))
    number = Number(value);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

/** An empty list is an empty graph, as for the reference; anything else that is no object fails. */
function readPrompt(prompt: JsonValue | undefined): Prompt {
  if (Array.isArray(prompt) && prompt.length === 0) return {};
  if (!isJsonObject(prompt)) throw unusable('prompt', 'an object of nodes');
  return prompt as Prompt;
}

function readTargets(targets: JsonValue | undefined): readonly string[] | null {
  if (targets === undefined || targets === null) return null;
  if (!Array.isArray(targets)) throw unusable('partial_execution_targets', 'a list of node ids');
  return targets.map(target => (typeof target === 'string' ? target : String(numericValue(target))));
}

/** Nothing is gained by telling it in every listing, so it travels with what only the executor sees. */
const policyKey = 'node_failure_policy';
const policies: readonly unknown[] = ['fail_fast', 'continue_independent'];

function readExtraData(body: JsonObject, settings: SubmissionSettings): Pick<Submission, 'extraData' | 'sensitive'> {
  const extraData = body['extra_data'] ?? (Object.create(null) as JsonObject);
  if (!isJsonObject(extraData)) throw unusable('extra_data', 'an object');
  if ('client_id' in body) extraData['client_id'] = body['client_id'] ?? null;
  const sensitive: JsonObject = Object.create(null);
  for (const key of secretKeys) {
    const secret = extraData[key];
    if (secret === undefined) continue;
    sensitive[key] = secret;
    delete extraData[key];
  }
  if (body[policyKey] === 'continue_independent') sensitive[policyKey] = body[policyKey];
  if (settings.usageSource !== undefined) extraData['comfy_usage_source'] ??= settings.usageSource;
  extraData['create_time'] = settings.nowMs;
  return { extraData, sensitive: Object.keys(sensitive).length === 0 ? null : sensitive };
}

/** The id that selects the socket. One that is no text belongs to no socket, but it is not absent either. */
function clientIdOf(extraData: JsonObject): string | null {
  const clientId = extraData['client_id'] ?? null;
  return clientId === null || typeof clientId === 'string' ? clientId : '';
}
