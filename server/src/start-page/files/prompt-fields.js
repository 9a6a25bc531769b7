// The inputs of a prompt that people change before they run it: its texts, its checkpoints and its seeds.
import { isNumber } from './lossless-json.js';

/** @typedef {import('./workflow-file.js').Prompt} Prompt */
/** @typedef {{ id: string, input: string, kind: 'text' | 'seed' | 'checkpoint', label: string, value: any }} Field */

/**
 * Name of a node for people: its title, else its class.
 * @param {Prompt | undefined} prompt
 * @param {string} id
 */
export function nodeName(prompt, id) {
  const node = prompt?.[id] ?? prompt?.[id.split(/[.:]/)[0] ?? id];
  return node?._meta?.title || node?.class_type || `Node ${id}`;
}

/**
 * In the order in which they are shown.
 * @param {Prompt} prompt
 * @returns {Field[]}
 */
export function fieldsOf(prompt) {
  const roles = textRoles(prompt);
  const fields = Object.entries(prompt).flatMap(([id, node]) =>
    Object.entries(node.inputs).flatMap(([input, value]) => {
      const kind = kindOf(input, value);
      if (kind === undefined) return [];
      return [{ id, input, kind, value, label: labelOf(prompt, { id, input, kind }, roles) }];
    }),
  );
  const order = ['text', 'checkpoint', 'seed'];
  return fields.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || rank(a, roles) - rank(b, roles));
}

/**
 * @param {string} input
 * @param {any} value
 * @returns {Field['kind'] | undefined}
 */
function kindOf(input, value) {
  if (/^(noise_)?seed$/.test(input) && isNumber(value)) return 'seed';
  if (typeof value !== 'string') return undefined;
  if (input === 'ckpt_name') return 'checkpoint';
  return /^(text|prompt|positive|negative)(_|$)/.test(input) ? 'text' : undefined;
}

/**
 * Nodes that reach a sampler as what to draw or what to avoid.
 * @param {Prompt} prompt
 * @returns {Map<string, 'positive' | 'negative'>}
 */
function textRoles(prompt) {
  const roles = new Map();
  for (const { inputs } of Object.values(prompt)) {
    for (const role of ['negative', 'positive']) {
      if (Array.isArray(inputs[role])) roles.set(String(inputs[role][0]), role);
    }
  }
  return roles;
}

/**
 * @param {Field} field
 * @param {Map<string, string>} roles
 */
function rank({ id, kind }, roles) {
  return kind === 'text' && roles.get(id) === 'negative' ? 1 : 0;
}

/**
 * @param {Prompt} prompt
 * @param {{ id: string, input: string, kind: string }} field
 * @param {Map<string, string>} roles
 */
function labelOf(prompt, { id, input, kind }, roles) {
  if (kind === 'seed') return 'Seed';
  if (kind === 'checkpoint') return 'Checkpoint';
  const node = prompt[id];
  const title = node?._meta?.title;
  if (title && !/^CLIP Text Encode/.test(title)) return title;
  const role = roles.get(id);
  if (role !== undefined) return role === 'positive' ? 'Prompt' : 'Negative prompt';
  return input === 'text' ? nodeName(prompt, id) : input.replaceAll('_', ' ');
}

/**
 * The text that stands for a prompt in lists: the first that says what to draw.
 * @param {Prompt | undefined} prompt
 * @returns {string}
 */
export function summaryOf(prompt) {
  if (prompt === undefined) return '';
  const text = fieldsOf(prompt).find(({ kind, value }) => kind === 'text' && value.trim() !== '');
  if (text !== undefined) return text.value;
  const count = Object.keys(prompt).length;
  return `${count} ${count === 1 ? 'node' : 'nodes'}`;
}

/** A seed as fresh prompts have it; 53 bits are plenty. */
export function randomSeed() {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * 2 ** 32 + low;
}
