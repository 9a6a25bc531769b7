// The walk over the nodes an output depends on: depth first on an explicit stack (prompts may be nested deeper than the
// call stack), each node once. A frame is a node whose inputs are being checked; it waits while an input's source is
// walked. Finding a node that is on the stack means a cycle (spec execution.md 1.2 and 1.4).
import type { JsonObject, JsonValue, NodeId, Prompt, PromptProblem } from '@snug/protocol';
import { expandDynamicInputs } from '../catalogue/dynamic-inputs.ts';
import type { Catalogue, InputDescription, NodeDescription } from '../catalogue/node-description.ts';
import { thrownText, thrownTraceback, thrownType } from '../thrown-value.ts';
import type { TimeSlice } from '../time-slice.ts';
import { findLinkedOutput, missingKey } from './linked-output.ts';
import * as problems from './problems.ts';
import { areTypesCompatible } from './type-compatibility.ts';
import { isListValue, validateConstant } from './validate-constant.ts';
import type { RunValidator } from './validate-prompt.ts';
import { inputsOf, validatorArguments, validatorTakes } from './validator-arguments.ts';

/** What is known of a walked node. `failedSources` are the invalid nodes it depends on. */
export interface NodeVerdict {
  readonly isValid: boolean;
  readonly errors: readonly PromptProblem[];
  readonly failedSources: readonly NodeId[];
}

export interface WalkOptions {
  readonly prompt: Prompt;
  readonly catalogue: Catalogue;
  readonly runValidator: RunValidator;
  readonly slice: TimeSlice;
}

interface Frame {
  readonly id: NodeId;
  readonly description: NodeDescription;
  readonly inputs: JsonObject;
  readonly declared: readonly InputDescription[];
  /** The consumer's input and link through which the node was reached; null for the output itself. */
  readonly reachedBy: { readonly input: InputDescription; readonly link: JsonValue } | null;
  readonly receivedTypes: Record<string, JsonValue>;
  readonly errors: PromptProblem[];
  readonly failedSources: NodeId[];
  cycle: PromptProblem | null;
  exception: problems.ExceptionRecord | null;
  /** A malformed dynamic input ends the validation of the node. */
  isStopped: boolean;
  next: number;
}

/** Walks prompts nodes and remembers their verdicts across outputs. */
export class ValidationWalk {
  readonly verdicts = new Map<NodeId, NodeVerdict>();
  readonly #options: WalkOptions;
  readonly #stack: Frame[] = [];
  readonly #depths = new Map<NodeId, number>();
  /** Positions on the stack of frames without a cycle problem, ascending: each frame is marked at most once. */
  readonly #unmarked: number[] = [];

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** Validates a node and everything it depends on. */
  async validate(id: NodeId): Promise<NodeVerdict> {
    const known = this.verdicts.get(id);
    if (known !== undefined) return known;
    this.#push(id, null);
    const { slice } = this.#options;
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      if (slice.isOver()) await slice.pause();
      if (!isEnded(frame) && this.#advance(frame)) continue;
      if (!isEnded(frame) && frame.description.validator !== null) await this.#runValidator(frame);
      this.#finish(frame);
    }
    return this.verdicts.get(id) as NodeVerdict;
  }

  #push(id: NodeId, reachedBy: Frame['reachedBy']): void {
    const { prompt, catalogue } = this.#options;
    const node = prompt[id];
    const description = catalogue.get(node?.class_type ?? '') as NodeDescription;
    const inputs = inputsOf(node?.inputs);
    const expanded = description.hasDynamicInputs ? expandDynamicInputs(description.inputs, inputs) : description;
    const frame: Frame = {
      id,
      description,
      inputs,
      declared: expanded.inputs,
      reachedBy,
      receivedTypes: Object.create(null),
      errors: [],
      failedSources: [],
      cycle: null,
      exception: node !== undefined && 'inputs' in node ? null : missingKey('inputs'),
      isStopped: false,
      next: 0,
    };
    if ('problem' in expanded && expanded.problem !== null) {
      frame.errors.push(problems.invalidDynamicInput(expanded.problem.inputName, expanded.problem.details));
      frame.isStopped = true;
    }
    this.#depths.set(id, this.#stack.length);
    this.#unmarked.push(this.#stack.length);
    this.#stack.push(frame);
  }

  /** Checks inputs until one needs its source walked (true) or all are done (false). */
  #advance(frame: Frame): boolean {
    while (frame.next < frame.declared.length) {
      const input = frame.declared[frame.next++] as InputDescription;
      if (input.group === 'hidden') continue;
      if (!Object.hasOwn(frame.inputs, input.name)) {
        if (input.group === 'required') {
          frame.errors.push(problems.requiredInputMissing(input, frame.description.hasDynamicInputs));
        }
        continue;
      }
      const value = frame.inputs[input.name] as JsonValue;
      if (!isListValue(value)) this.#checkConstant(frame, input);
      else if (this.#checkLink(frame, input, value)) return true;
      if (frame.exception !== null) return false;
    }
    return false;
  }

  #checkConstant(frame: Frame, input: InputDescription): void {
    const checksBounds = !validatorTakes(frame.description, input.name);
    const outcome = validateConstant(input, frame.inputs, checksBounds);
    if (outcome.kind === 'problem') frame.errors.push(outcome.problem);
    else if (outcome.kind === 'exception') frame.exception = outcome.exception;
  }

  /** Answers true when the source must be walked first. */
  #checkLink(frame: Frame, input: InputDescription, link: JsonValue[]): boolean {
    if (link.length !== 2) {
      frame.errors.push(problems.badLinkedInput(input, link));
      return false;
    }
    const { prompt, catalogue } = this.#options;
    const output = findLinkedOutput(link[0] as JsonValue, link[1] as JsonValue, prompt, catalogue);
    if ('exception' in output) {
      frame.exception = output.exception;
      return false;
    }
    const received = output.type as JsonValue;
    frame.receivedTypes[input.name] = received;
    if (frame.description.validator?.wantsInputTypes !== true && !areTypesCompatible(output.type, input.type)) {
      frame.errors.push(problems.returnTypeMismatch(input, received, link));
      return false;
    }
    return this.#visitSource(frame, output.sourceId, { input, link });
  }

  #visitSource(frame: Frame, sourceId: NodeId, reachedBy: Frame['reachedBy']): boolean {
    const depth = this.#depths.get(sourceId);
    if (depth !== undefined) {
      this.#markCycle(depth);
      frame.failedSources.push(sourceId);
      return false;
    }
    const verdict = this.verdicts.get(sourceId);
    if (verdict !== undefined) {
      if (!verdict.isValid) frame.failedSources.push(sourceId);
      return false;
    }
    this.#push(sourceId, reachedBy);
    return true;
  }

  /** The frames from `depth` to the top form a cycle; those not yet blamed for another one are. */
  #markCycle(depth: number): void {
    const last = this.#unmarked.at(-1);
    if (last === undefined || last < depth) return;
    const named = this.#stack.slice(depth, depth + problems.MAX_NAMED_CYCLE_NODES);
    const problemFor = problems.dependencyCycle(
      named.map(({ id, description }) => ({ id, classType: description.classType })),
      this.#stack.length - depth,
    );
    for (let top = this.#unmarked.at(-1); top !== undefined && top >= depth; top = this.#unmarked.at(-1)) {
      const frame = this.#stack[top] as Frame;
      frame.cycle = problemFor(frame.id);
      this.#unmarked.pop();
    }
  }

  async #runValidator(frame: Frame): Promise<void> {
    const { id, description, inputs, declared } = frame;
    const args = validatorArguments(id, description, inputs, declared);
    const inputTypes = description.validator?.wantsInputTypes === true ? frame.receivedTypes : undefined;
    try {
      const verdict = await this.#options.runValidator(id, description.classType, args, inputTypes);
      if (verdict.passed) return;
      const blamed = inputTypes === undefined ? Object.keys(args) : [...Object.keys(args), 'input_types'];
      const names = blamed.length === 0 ? [null] : blamed;
      for (const name of names) frame.errors.push(problems.customValidationFailed(name, verdict.text));
    } catch (error) {
      frame.exception = { text: thrownText(error), type: thrownType(error), traceback: thrownTraceback(error) };
    }
  }

  /** Records the verdict and tells the consumer that waits for it. */
  #finish(frame: Frame): void {
    this.#stack.pop();
    this.#depths.delete(frame.id);
    if (this.#unmarked.at(-1) === this.#stack.length) this.#unmarked.pop();
    const errors = frame.exception === null ? frame.errors : [exceptionProblem(frame, frame.exception)];
    if (frame.cycle !== null) errors.unshift(frame.cycle);
    const { failedSources } = frame;
    const isValid = errors.length === 0 && failedSources.length === 0;
    this.verdicts.set(frame.id, { isValid, errors, failedSources });
    if (!isValid) this.#stack.at(-1)?.failedSources.push(frame.id);
  }
}

function isEnded(frame: Frame): boolean {
  return frame.isStopped || frame.exception !== null;
}

function exceptionProblem(frame: Frame, exception: problems.ExceptionRecord): PromptProblem {
  if (frame.reachedBy === null) return problems.exceptionAtOutput(exception);
  return problems.exceptionAtInnerNode(exception, frame.reachedBy.input, frame.reachedBy.link);
}
