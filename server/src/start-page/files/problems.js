// Refusals and failures in words for people (the error types are those of the reference's validation).
import { nodeName } from './prompt-fields.js';
import { RefusedError } from './server-api.js';
import { UnusableFileError } from './workflow-file.js';

/** @typedef {import('./workflow-file.js').Prompt} Prompt */
/** @typedef {{ title: string, lines: readonly string[], isNote?: boolean }} Problem */

/**
 * @param {unknown} error
 * @param {Prompt} [prompt] to name its nodes
 * @returns {Problem[]}
 */
export function problemsOf(error, prompt) {
  if (error instanceof UnusableFileError) return [{ title: error.message, lines: [] }];
  if (!(error instanceof RefusedError)) {
    return [
      { title: 'The server cannot be reached.', lines: ['It may be starting again; try once more in a moment.'] },
    ];
  }
  const { body, status } = error;
  const byNode = nodeProblems(body?.node_errors, prompt);
  if (byNode.length > 0) return byNode;
  const said = typeof body === 'string' ? body : (body?.error?.message ?? body?.error);
  const details = body?.error?.details;
  const suggestion = body?.error?.extra_info?.suggestion;
  return [
    {
      title: typeof said === 'string' && said !== '' ? said : `The server refused this (status ${status}).`,
      lines: [
        ...(typeof details === 'string' && details !== '' && details !== said ? details.split('\n') : []),
        ...(typeof suggestion === 'string' ? [`Did you mean ${suggestion}?`] : []),
      ],
    },
  ];
}

/**
 * @param {Record<string, any> | undefined} nodeErrors
 * @param {Prompt} [prompt]
 * @returns {Problem[]}
 */
export function nodeProblems(nodeErrors, prompt) {
  return Object.entries(nodeErrors ?? {}).map(([id, { class_type: classType, errors }]) => {
    const name = nodeName(prompt, id);
    return {
      title: name === classType || classType === undefined ? name : `${name} (${classType})`,
      lines: errors.map(sentenceOf),
    };
  });
}

/** @type {Record<string, (input: string, extra: any, error: any) => string>} */
const sentences = {
  required_input_missing: input => `Needs “${input}”, and nothing is connected or given.`,
  value_not_in_list: (input, extra) =>
    `${choice(input)} “${extra.received_value}” is not there.${choicesIn(extra.input_config)}`,
  value_smaller_than_min: (input, extra) =>
    `“${input}” is ${extra.received_value}; the smallest is ${extra.input_config?.[1]?.min}.`,
  value_bigger_than_max: (input, extra) =>
    `“${input}” is ${extra.received_value}; the largest is ${extra.input_config?.[1]?.max}.`,
  return_type_mismatch: (input, extra) =>
    `“${input}” wants ${typeName(extra.input_config?.[0])}, but ${typeName(extra.received_type)} is connected.`,
  invalid_input_type: (input, extra) =>
    `“${input}” cannot be “${extra.received_value}”: it wants ${typeName(extra.input_config?.[0])}.`,
  bad_linked_input: input => `“${input}” is connected to nothing that exists.`,
  dependency_cycle: (_input, _extra, error) => `Is part of a circle: ${error.details}.`,
  custom_validation_failed: (_input, _extra, error) => `Does not accept this: ${error.details}.`,
};

/** @param {any} error */
function sentenceOf(error) {
  const extra = error.extra_info ?? {};
  const say = sentences[error.type];
  if (say !== undefined) return say(extra.input_name ?? error.details, extra, error);
  const details = String(error.details ?? '').replace(/^Node ID '#.*'$/, ''); // Said by the title.
  return details !== '' ? `${error.message}: ${details}` : error.message;
}

/** @param {string} input */
function choice(input) {
  return /(_name|^image|^model)$/.test(input) ? 'The file' : `“${input}”:`;
}

/** @param {any} config */
function choicesIn(config) {
  const choices = Array.isArray(config?.[0]) ? config[0] : (config?.[1]?.options ?? []);
  if (choices.length === 0) return ' None is installed.';
  const shown = choices.slice(0, 6).join(', ');
  return ` There is: ${shown}${choices.length > 6 ? ' …' : ''}.`;
}

/** @param {any} type */
function typeName(type) {
  return Array.isArray(type) ? 'one of a list' : String(type ?? 'another type');
}

/**
 * Why a finished prompt failed.
 * @param {any} entry of the history
 * @returns {Problem}
 */
export function failureOf(entry) {
  const [, , prompt] = entry.prompt;
  const data = entry.status?.messages?.find((/** @type {any} */ [type]) => type === 'execution_error')?.[1] ?? {};
  const where = data.node_id === undefined ? 'Failed' : `Failed at ${nodeName(prompt, String(data.node_id))}`;
  return { title: where, lines: [String(data.exception_message ?? '').trim()] };
}
