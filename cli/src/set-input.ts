// `--set node.input=value`: changes a literal of a prompt before it is submitted. The node is named by id or by title.
import { cloneJson, isJsonObject, type JsonValue, orderedEntries, type Prompt, parseLossless } from '@snug/protocol';
import { CliError } from './errors.ts';

/**
 * Answers a copy of the prompt with the assignments made.
 *
 * The value is read as JSON, so that `8`, `8.0` and `true` keep their types, and else taken as text. Where the input
 * holds a text now, only a quoted value is read as JSON: `--set 6.text=1984` stays a text.
 * @throws {CliError} `SET_INVALID`.
 */
export function setInputs(prompt: Prompt, assignments: readonly string[]): Prompt {
  const copy = cloneJson(prompt) as Prompt;
  for (const assignment of assignments) {
    setInput(copy, assignment);
  }
  return copy;
}

function setInput(prompt: Prompt, assignment: string): void {
  const equals = assignment.indexOf('=');
  if (equals < 0) {
    throw new CliError('SET_INVALID', { assignment, problem: 'expected node.input=value' });
  }
  const { id, input } = findTarget(prompt, assignment.slice(0, equals), assignment);
  const inputs = prompt[id]?.inputs ?? {};
  inputs[input] = parseValue(assignment.slice(equals + 1), inputs[input]);
}

/** Titles, ids and input names may all contain dots: the first split that names a node wins. */
function findTarget(prompt: Prompt, target: string, assignment: string): { id: string; input: string } {
  for (let dot = target.indexOf('.'); dot >= 0; dot = target.indexOf('.', dot + 1)) {
    const name = target.slice(0, dot);
    const input = target.slice(dot + 1);
    const ids = input === '' ? [] : findNodes(prompt, name);
    if (ids.length > 1) {
      const problem = `${ids.length} nodes are called "${name}" (${ids.join(', ')}); use the id`;
      throw new CliError('SET_INVALID', { assignment, problem });
    }
    if (ids[0] !== undefined) {
      return { id: ids[0], input };
    }
  }
  const known = orderedEntries(prompt).map(([id, node]) => `${id} (${node.class_type})`);
  const problem = target.includes('.') ? `no such node; there are ${known.join(', ')}` : 'expected node.input=value';
  throw new CliError('SET_INVALID', { assignment, problem });
}

function findNodes(prompt: Prompt, name: string): string[] {
  if (Object.hasOwn(prompt, name)) {
    return [name];
  }
  return orderedEntries(prompt).flatMap(([id, node]) => (titleOf(node['_meta']) === name ? [id] : []));
}

function titleOf(meta: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(meta) ? meta['title'] : undefined;
}

function parseValue(text: string, current: JsonValue | undefined): JsonValue {
  if (typeof current === 'string' && !/^".*"$/s.test(text)) {
    return text;
  }
  try {
    return parseLossless(text);
  } catch {
    return text; // No JSON: a plain word such as a sampler's name.
  }
}
