// Shows any value as text at the node.
import { any, defineNode, out, pyStr } from '@snug/execution';
import { isPlainObject, JsonFloat, stringifyPython, toJsonValue } from '@snug/protocol';

export const PreviewAny = defineNode({
  id: 'PreviewAny',
  displayName: 'Preview Any',
  category: 'utils',
  pythonModule: 'comfy_extras.nodes_preview_any',
  outputNode: true,
  inputs: { source: any({}) },
  outputs: [],
  execute: ({ source }) => out({ ui: { text: [previewText(source)] } }),
});

/** Texts as they are, numbers and truths as Python prints them, documents as JSON, anything else by what it is. */
export function previewText(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof JsonFloat) return pyStr(value);
  if (isTensor(value)) return `tensor [${value.dims.join(', ')}]`;
  if (!Array.isArray(value) && !isPlainObject(value)) return pyStr(value);
  return stringifyPython(toJsonValue(withTensorsNamed(value)));
}

/** Documents often hold latents or embeddings: their shapes say more than their numbers. */
function withTensorsNamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTensorsNamed);
  if (isTensor(value)) return previewText(value);
  if (!isPlainObject(value))
    return typeof value === 'object' && value !== null && !(value instanceof JsonFloat) ? pyStr(value) : value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withTensorsNamed(member)]));
}

function isTensor(value: unknown): value is { readonly dims: readonly number[] } {
  return typeof value === 'object' && value !== null && 'dims' in value && 'data' in value && Array.isArray(value.dims);
}
