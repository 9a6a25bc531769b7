// What a file brings: a prompt (the graph that runs), a workflow (the editor's document), or a sentence saying why not.
import { parseJson } from './lossless-json.js';
import { textsInPicture } from './picture-metadata.js';

/** @typedef {{ class_type: string, inputs: Record<string, any>, _meta?: { title?: string } }} PromptNode */
/** @typedef {Record<string, PromptNode>} Prompt */
/** @typedef {{ name: string, prompt?: Prompt, workflow?: any }} Draft */

/** A file that cannot be run; the message is for people. */
export class UnusableFileError extends Error {}

/** @param {any} value */
export function isPrompt(value) {
  const nodes = value && typeof value === 'object' && !Array.isArray(value) ? Object.values(value) : [];
  return nodes.length > 0 && nodes.every(node => typeof node?.class_type === 'string' && node.inputs instanceof Object);
}

/** @param {any} value */
function isWorkflow(value) {
  return Array.isArray(value?.nodes) && value.nodes.length > 0;
}

/**
 * @param {File} file
 * @returns {Promise<Draft>}
 * @throws {UnusableFileError}
 */
export async function readWorkflowFile(file) {
  const bytes = await file.arrayBuffer();
  const isPicture = /\.(png|webp)$/i.test(file.name) || /^image\//.test(file.type);
  return isPicture ? draftOfPicture(file.name, bytes) : draftOfText(file.name, new TextDecoder().decode(bytes));
}

/**
 * @param {string} name
 * @param {ArrayBuffer} bytes
 * @returns {Draft}
 */
function draftOfPicture(name, bytes) {
  const texts = textsInPicture(bytes);
  const [prompt, workflow] = ['prompt', 'workflow'].map(key => {
    const text = texts.get(key);
    return text === undefined ? undefined : parseText(name, text);
  });
  if (isPrompt(prompt)) return { name, prompt, workflow };
  if (isWorkflow(workflow)) return { name, workflow };
  throw new UnusableFileError(
    `“${name}” has no workflow inside. Only PNG and WebP files as they were saved have one; chats and websites often remove it.`,
  );
}

/**
 * A prompt, a workflow, or the body of a request with one of them.
 * @param {string} name
 * @param {string} text
 * @returns {Draft}
 */
export function draftOfText(name, text) {
  const value = parseText(name, text);
  if (isPrompt(value)) return { name, prompt: value };
  if (isWorkflow(value)) return { name, workflow: value };
  if (isPrompt(value?.prompt))
    return { name, prompt: value.prompt, workflow: value.extra_data?.extra_pnginfo?.workflow };
  throw new UnusableFileError(
    `“${name}” is JSON, but no workflow: neither nodes with a class_type nor an editor’s list of nodes is in it.`,
  );
}

/**
 * @param {string} name
 * @param {string} text
 */
function parseText(name, text) {
  try {
    return parseJson(text);
  } catch {
    throw new UnusableFileError(`“${name}” is not a workflow: it cannot be read as JSON.`);
  }
}
