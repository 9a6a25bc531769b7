// A submission that holds an editor's workflow where a prompt belongs (spec files.md section 8): it is converted, and the
// workflow travels on as metadata, so that saved pictures carry it as if an editor had submitted them.
import {
  isEditorWorkflow,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type NodeErrors,
  type PromptProblem,
  type WorkflowConversion,
  type WorkflowProblem,
} from '@snug/protocol';
import type { Submission } from '../routes/submission.ts';
import type { WorkflowConverter } from './workflow-converter.ts';

export type ConvertedSubmission =
  | { readonly submission: Submission; readonly problems: readonly WorkflowProblem[] }
  | { readonly error: PromptProblem; readonly nodeErrors: NodeErrors };

const NO_PROBLEMS: readonly WorkflowProblem[] = [];

/** A body that is a workflow and nothing else, as if it had been sent as `prompt`; any other body as it is. */
export function wrapWorkflow(body: JsonValue): JsonValue {
  return isEditorWorkflow(body) && !Object.hasOwn(body, 'prompt') ? { prompt: body } : body;
}

/** The submission with a prompt in API format: unchanged unless it holds a workflow. */
export async function convertSubmission(
  submission: Submission,
  converter: WorkflowConverter,
): Promise<ConvertedSubmission> {
  const workflow: JsonValue = submission.prompt;
  if (!isEditorWorkflow(workflow)) return { submission, problems: NO_PROBLEMS };
  const conversion = await converter.convert(workflow);
  if (!conversion.ok) return refusalOf(conversion);
  const extraData = withWorkflow(submission.extraData, workflow);
  return { submission: { ...submission, prompt: conversion.prompt, extraData }, problems: conversion.problems };
}

/** A client that sends its own metadata keeps it. */
function withWorkflow(extraData: JsonObject, workflow: JsonObject): JsonObject {
  const metadata = extraData['extra_pnginfo'] ?? {};
  if (isJsonObject(metadata) && metadata['workflow'] === undefined) {
    extraData['extra_pnginfo'] = { ...metadata, workflow };
  }
  return extraData;
}

/** The refusal of a workflow in the words of a refused prompt: all errors together, and those of each node. */
export function refusalOf({ problems }: WorkflowConversion): { error: PromptProblem; nodeErrors: NodeErrors } {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const nodeErrors: NodeErrors = Object.create(null);
  for (const problem of errors) {
    if (problem.nodeId === null) continue;
    nodeErrors[problem.nodeId] ??= { errors: [], dependent_outputs: [], class_type: problem.nodeType ?? '' };
    nodeErrors[problem.nodeId]?.errors.push(nodeError(problem, problem.nodeId));
  }
  return {
    error: {
      type: 'workflow_not_convertible',
      message: 'The workflow cannot be converted to a prompt',
      details: errors.map(({ message }) => message).join('\n'),
      extra_info: { problems: problemsJson(problems) },
    },
    nodeErrors,
  };
}

function nodeError({ code, message }: WorkflowProblem, nodeId: string): PromptProblem {
  return { type: code.toLowerCase(), message, details: `Node ID '#${nodeId}'`, extra_info: {} };
}

/** Problems as they go on the wire. */
export function problemsJson(problems: readonly WorkflowProblem[]): JsonObject[] {
  return problems.map(({ code, severity, nodeId, nodeType, message }) => ({
    code,
    severity,
    node_id: nodeId,
    node_type: nodeType,
    message,
  }));
}
