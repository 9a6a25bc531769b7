// Checks one widget value: unwrap, convert, bounds, list of options (spec execution.md 1.2 step 3). The converted value
// is written back into the prompt, because it is what will run.
import { isJsonObject, JsonFloat, type JsonObject, type JsonValue, type PromptProblem } from '@snug/protocol';
import type { InputDescription } from '../catalogue/node-description.ts';
import { COERCIONS } from '../python/python-coercion.ts';
import { pyEquals, pyLess } from '../python/python-comparison.ts';
import { pyRepr, pyStr } from '../python/python-text.ts';
import { type ExceptionRecord, invalidInputType, valueNotInList, valueOutOfRange } from './problems.ts';

/** Escape for constants that are lists. */
const WRAPPER_KEY = '__value__';

export type ConstantOutcome =
  | { readonly kind: 'fine' }
  | { readonly kind: 'problem'; readonly problem: PromptProblem }
  | { readonly kind: 'exception'; readonly exception: ExceptionRecord };

const FINE: ConstantOutcome = { kind: 'fine' };

/**
 * Checks `inputs[input.name]` and replaces it by the value that will run.
 *
 * @param checksBounds false when the node's own validator takes this input
 */
export function validateConstant(input: InputDescription, inputs: JsonObject, checksBounds: boolean): ConstantOutcome {
  let value = inputs[input.name] as JsonValue;
  if (isJsonObject(value) && Object.hasOwn(value, WRAPPER_KEY)) {
    value = value[WRAPPER_KEY] as JsonValue;
    inputs[input.name] = value;
  }
  const coerce = typeof input.type === 'string' ? COERCIONS.get(input.type) : undefined;
  if (coerce !== undefined) {
    const coerced = coerce(value);
    if ('problem' in coerced) return found(invalidInputType(input, value, coerced.problem));
    value = coerced.value;
    inputs[input.name] = value;
  }
  return checksBounds ? checkBounds(input, value) : FINE;
}

function checkBounds(input: InputDescription, value: JsonValue): ConstantOutcome {
  const { min, max } = input.options;
  if (min !== undefined) {
    const below = pyLess(value, min);
    if (typeof below === 'object') return unordered(below.problem);
    if (below) return found(valueOutOfRange(input, value, 'min', min));
  }
  if (max !== undefined) {
    const above = pyLess(max, value);
    if (typeof above === 'object') return unordered(swapOperator(above.problem));
    if (above) return found(valueOutOfRange(input, value, 'max', max));
  }
  return checkChoice(input, value);
}

/** Lists of V1 combos are the type itself; V3 combos carry them as an option (checked as the newest reference does). */
function checkChoice(input: InputDescription, value: JsonValue): ConstantOutcome {
  if (typeof input.type !== 'string') {
    if (isChoice(value, input.type)) return FINE;
    return found(valueNotInList(input, value, `'${pyStr(value)}'`, input.type));
  }
  if (input.type !== 'COMBO' || input.options['remote_combo'] !== undefined) return FINE;
  const { options, multiselect, remote } = input.options;
  // Options that the front end fetches from a route are unknown here.
  if (options === undefined && remote !== undefined) return FINE;
  const choices = Array.isArray(options) ? options : [];
  const values = multiselect === true && Array.isArray(value) ? value : [value];
  const bad = values.filter(member => !isChoice(member, choices));
  if (bad.length === 0) return FINE;
  return found(valueNotInList(input, value, bad.map(pyRepr).join(', '), choices));
}

const textChoices = new WeakMap<readonly JsonValue[], ReadonlySet<JsonValue>>();

/** Python's `value in choices`; texts are looked up in a set, since lists of files can be long. */
function isChoice(value: JsonValue, choices: readonly JsonValue[]): boolean {
  if (typeof value !== 'string') return choices.some(choice => pyEquals(choice, value));
  let known = textChoices.get(choices);
  if (known === undefined) {
    known = new Set(choices);
    textChoices.set(choices, known);
  }
  return known.has(value);
}

function found(problem: PromptProblem): ConstantOutcome {
  return { kind: 'problem', problem };
}

/** A bound on a value that has no order, e.g. a text, is an exception in the reference. */
function unordered(text: string): ConstantOutcome {
  return { kind: 'exception', exception: { text, type: 'TypeError', traceback: [`TypeError: ${text}\n`] } };
}

/** The upper bound is compared as `value > max`. */
function swapOperator(text: string): string {
  const [, first, second] = /between instances of '(.*)' and '(.*)'$/.exec(text) ?? [];
  return `'>' not supported between instances of '${second}' and '${first}'`;
}

/** True for values that are links or lists in a prompt; the rest are constants. */
export function isListValue(value: JsonValue): value is JsonValue[] {
  return Array.isArray(value) && !(value instanceof JsonFloat);
}
