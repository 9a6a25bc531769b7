// Prompt validation (spec execution.md section 1). It works on node descriptions alone, because it runs in the server's
// process, which holds no node code; custom validators are asked through a callback.
//
// Limits beyond the specification keep the answer to a hostile prompt small: a million failing nodes would otherwise
// give an answer of gigabytes.
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type NodeErrors,
  type NodeId,
  type NodeProblems,
  orderedKeys,
  orderedObject,
  type Prompt,
  type PromptProblem,
  type ValidationOutcome,
} from '@snug/protocol';
import type { Catalogue } from '../catalogue/node-description.ts';
import { startTimeSlice, type TimeSlice } from '../time-slice.ts';
import { nearestClass } from './nearest-class.ts';
import * as problems from './problems.ts';
import { type NodeVerdict, ValidationWalk } from './validation-walk.ts';

/** Answer of a custom validator: `text` is null when it just said no. */
export type ValidatorVerdict = { readonly passed: true } | { readonly passed: false; readonly text: string | null };

/** Asks the process that holds the node's code; rejects when the validator itself failed. */
export type RunValidator = (
  nodeId: NodeId,
  classType: string,
  args: JsonObject,
  inputTypes?: Readonly<Record<string, JsonValue>>,
) => Promise<ValidatorVerdict>;

export interface ValidationRequest {
  /** Parsed losslessly; coerced values are written into it. */
  readonly prompt: Prompt;
  /** `partial_execution_targets`, null when absent. */
  readonly targets: readonly string[] | null;
  readonly catalogue: Catalogue;
  readonly runValidator: RunValidator;
  /** How a node without a known class is reported: as up to 0.3 (default) or as the newest reference does. */
  readonly missingNodeError?: 'invalid_prompt' | 'missing_node_type';
}

/** Nodes whose problems are reported; further ones only make the prompt invalid. */
const MAX_REPORTED_NODES = 10_000;

/** Steps spent on finding the outputs that depend on already reported nodes. */
const MAX_DEPENDENT_STEPS = 500_000;

/** Checks and coerces a prompt. Never rejects for bad prompts: problems are values. */
export async function validatePrompt(request: ValidationRequest): Promise<ValidationOutcome> {
  const slice = startTimeSlice(64);
  const outputs = await collectOutputs(request, slice);
  if (!Array.isArray(outputs)) return { ok: false, error: outputs as PromptProblem, nodeErrors: {} };

  const walk = new ValidationWalk({ ...request, slice });
  const report = new FailureReport(request.prompt, walk.verdicts);
  const good: NodeId[] = [];
  const outputProblems: PromptProblem[] = [];
  for (const output of outputs) {
    const verdict = await walk.validate(output);
    if (verdict.isValid) {
      good.push(output);
      continue;
    }
    report.add(output);
    if (outputProblems.length < MAX_REPORTED_NODES) outputProblems.push(...verdict.errors);
  }
  const nodeErrors = report.nodeErrors();
  if (good.length > 0) return { ok: true, prompt: request.prompt, outputs: good, nodeErrors };
  return { ok: false, error: problems.outputsFailed(outputProblems), nodeErrors };
}

/** Pass A: every node must have a known class; answers the output nodes to run, or the problem. */
async function collectOutputs(request: ValidationRequest, slice: TimeSlice): Promise<NodeId[] | PromptProblem> {
  const { prompt, catalogue, targets } = request;
  const wanted = targets === null ? null : new Set(targets);
  const outputs: NodeId[] = [];
  for (const id of orderedKeys(prompt)) {
    if (slice.isOver()) await slice.pause();
    const node: JsonValue | undefined = prompt[id];
    const description = isJsonObject(node) ? catalogue.get(node['class_type'] as string) : undefined;
    if (description === undefined) return missingClass(id, node, request);
    if (description.outputNode && (wanted === null || wanted.has(id))) outputs.push(id);
  }
  return outputs.length > 0 ? outputs : problems.noOutputs();
}

function missingClass(
  id: NodeId,
  node: JsonValue | undefined,
  { catalogue, missingNodeError = 'invalid_prompt' }: ValidationRequest,
): PromptProblem {
  const classType = isJsonObject(node) ? node['class_type'] : undefined;
  const suggestion = typeof classType === 'string' ? nearestClass(classType, catalogue) : null;
  if (missingNodeError === 'invalid_prompt') {
    if (classType === undefined) return problems.missingClassType(id);
    return problems.unknownClassType(id, classType, suggestion);
  }
  const meta = isJsonObject(node) ? node['_meta'] : undefined;
  const title = isJsonObject(meta) && typeof meta['title'] === 'string' ? meta['title'] : null;
  return problems.missingNodeType(id, classType ?? null, { title, suggestion });
}

/** Gathers the problems of failed outputs, each node with the outputs that depend on it. */
class FailureReport {
  readonly #prompt: Prompt;
  readonly #verdicts: ReadonlyMap<NodeId, NodeVerdict>;
  readonly #problems = new Map<NodeId, NodeProblems>();
  #steps = 0;

  constructor(prompt: Prompt, verdicts: ReadonlyMap<NodeId, NodeVerdict>) {
    this.#prompt = prompt;
    this.#verdicts = verdicts;
  }

  /** Walks from a failed output over invalid nodes only. */
  add(output: NodeId): void {
    const seen = new Set<NodeId>([output]);
    const stack = [output];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      const verdict = this.#verdicts.get(id);
      if (verdict === undefined) continue;
      const isNew = this.#record(id, verdict, output);
      if (!isNew && this.#steps > MAX_DEPENDENT_STEPS) continue;
      for (const source of verdict.failedSources) {
        this.#steps++;
        if (seen.has(source)) continue;
        seen.add(source);
        stack.push(source);
      }
    }
  }

  /** Node problems in the order they were found, also for ids that look like numbers. */
  nodeErrors(): NodeErrors {
    return orderedObject(this.#problems as Iterable<readonly [string, never]>) as NodeErrors;
  }

  /** Answers whether the node was not reported before. */
  #record(id: NodeId, verdict: NodeVerdict, output: NodeId): boolean {
    const known = this.#problems.get(id);
    if (known !== undefined) {
      known.dependent_outputs.push(output);
      return false;
    }
    if (verdict.errors.length > 0 && this.#problems.size < MAX_REPORTED_NODES) {
      const classType = this.#prompt[id]?.class_type ?? '';
      this.#problems.set(id, { errors: [...verdict.errors], dependent_outputs: [output], class_type: classType });
    }
    return true;
  }
}
