// `GET /prompt` and `POST /prompt` (spec http.md 2). A prompt is accepted when it is on disk: only then is it announced
// and answered (spec decisions.md 7).
import {
  type NewJob,
  type NodeErrors,
  type Prompt,
  type PromptProblem,
  stringifyLossless,
  stringifyLosslessInSlices,
} from '@snug/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notNow } from '../http/generic-failures.ts';
import { largeJsonBody, nextTurn } from '../http/json-body.ts';
import { jsonReply, jsonTextReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import type { PromptRunner } from '../ports.ts';
import { announceQueue } from '../queue-announcement.ts';
import type { ServerContext } from '../server-context.ts';
import { convertSubmission, problemsJson, wrapWorkflow } from '../workflows/submitted-workflow.ts';
import type { WorkflowConverter } from '../workflows/workflow-converter.ts';
import { numberJson } from './job-json.ts';
import { promptStatusDoc, submitPromptDoc } from './prompt-docs.ts';
import { createResubmissions } from './resubmission.ts';
import { readSubmission, type Submission } from './submission.ts';

/** Problem of a prompt that nobody could check. */
const WORKER_UNAVAILABLE = 'worker_unavailable';

export function promptRoutes(context: ServerContext, converter: WorkflowConverter): readonly Route[] {
  const resubmissions = createResubmissions(context.jobs);
  return [
    {
      method: 'GET',
      path: '/prompt',
      doc: promptStatusDoc,
      handler: async (_request, reply) =>
        jsonReply(reply, { exec_info: { queue_remaining: await context.jobs.remaining() } }),
    },
    {
      method: 'POST',
      path: '/prompt',
      doc: submitPromptDoc,
      handler: async (request, reply) => {
        const read = await readPrompt(request, context);
        if ('problem' in read) return refuse(reply, { ...read.problem, extra_info: {} }, {});
        const { promptId } = read.submission;
        return resubmissions.answer({ request, reply, promptId }, () =>
          submitPrompt(read.submission, reply, context, converter),
        );
      },
    },
  ];
}

async function readPrompt(request: FastifyRequest, context: ServerContext): Promise<ReturnType<typeof readSubmission>> {
  context.logger.info({}, 'got prompt');
  const usageSource = request.headers['comfy-usage-source'];
  return readSubmission(wrapWorkflow(await largeJsonBody(request)), {
    counter: context.promptCounter,
    strictPromptIds: context.strictPromptIds,
    usageSource: typeof usageSource === 'string' ? usageSource : undefined,
    nowMs: Date.now(),
  });
}

async function submitPrompt(
  read: Submission,
  reply: FastifyReply,
  context: ServerContext,
  converter: WorkflowConverter,
): Promise<FastifyReply> {
  const converted = await convertSubmission(read, converter);
  if ('error' in converted) return refuse(reply, converted.error, converted.nodeErrors);
  const { submission, problems } = converted;
  await context.nodeReplacements.apply(submission.prompt, classType => isKnownClass(context.runner, classType));
  const outcome = await context.runner.validate(submission.prompt, { targets: submission.targets });
  if (!outcome.ok) return refuse(reply, outcome.error, outcome.nodeErrors);
  const job = await jobOf(submission, outcome.prompt, outcome.outputs);
  await context.jobs.submit(job);
  context.metrics.promptsAccepted += 1;
  await announceQueue(context);
  const promptId = JSON.stringify(job.promptId);
  const nodeErrors = stringifyLossless(outcome.nodeErrors);
  // Only submitted workflows have problems: the answer to a prompt has no member more than the reference's.
  const warnings = problems.length === 0 ? '' : `,"problems":${stringifyLossless(problemsJson(problems))}`;
  return jsonTextReply(
    reply,
    `{"prompt_id":${promptId},"number":${numberJson(job)},"node_errors":${nodeErrors}${warnings}}`,
  );
}

async function isKnownClass(runner: PromptRunner, classType: string): Promise<boolean> {
  return (await runner.objectInfoOf(classType)).json !== '{}';
}

/** A prompt that could not be checked for want of a worker process may be sent again; one that is wrong may not. */
function refuse(reply: FastifyReply, error: PromptProblem, nodeErrors: NodeErrors): FastifyReply {
  const json = stringifyLossless({ error, node_errors: nodeErrors });
  return error.type === WORKER_UNAVAILABLE ? jsonTextReply(notNow(reply), json, 503) : jsonTextReply(reply, json, 400);
}

/** @param prompt the coerced prompt: what is listed, embedded in files and run. */
async function jobOf(submission: Submission, prompt: Prompt, outputs: readonly string[]): Promise<NewJob> {
  return {
    promptId: submission.promptId,
    number: submission.number,
    numberIsFloat: submission.numberIsFloat,
    clientId: submission.clientId,
    promptJson: await stringifyLosslessInSlices(prompt, nextTurn),
    extraDataJson: await stringifyLosslessInSlices(submission.extraData, nextTurn),
    sensitiveJson: submission.sensitive === null ? null : stringifyLossless(submission.sensitive),
    outputsToExecute: outputs,
    createdAtMs: submission.createdAtMs,
  };
}
