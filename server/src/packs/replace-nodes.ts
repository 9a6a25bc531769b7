// Nodes of classes that are gone, replaced in a prompt by the ones that took their place (spec http.md 7.9): the class gets its new
// name, the inputs are built from the mapping alone, and links to the node's outputs follow to the new slots.
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numericValue,
  orderedEntries,
  orderedObject,
  type Prompt,
} from '@snug/protocol';

export type InputMapping =
  | { readonly new_id: string; readonly old_id: string }
  | { readonly new_id: string; readonly set_value: JsonValue };

/** As packs declare it and clients get it. */
export interface NodeReplacement {
  readonly new_node_id: string;
  readonly old_node_id: string;
  readonly old_widget_ids: readonly string[] | null;
  /** Null: the inputs have the same names as before. */
  readonly input_mapping: readonly InputMapping[] | null;
  /** Null: the outputs are in the same places as before. */
  readonly output_mapping: readonly { readonly new_idx: number; readonly old_idx: number }[] | null;
}

/** The prompt is changed in place, keys keep their order. `choose` answers the replacement of a class, if it needs one. */
export function replaceNodesInPlace(prompt: Prompt, choose: (classType: string) => NodeReplacement | undefined): void {
  const slots = new Map<string, ReadonlyMap<number, number>>();
  for (const [id, node] of Object.entries(prompt)) {
    const replacement = typeof node?.class_type === 'string' ? choose(node.class_type) : undefined;
    if (replacement === undefined) continue;
    const { new_node_id, input_mapping, output_mapping } = replacement;
    node.class_type = new_node_id;
    if (input_mapping !== null) node.inputs = mappedInputs(isJsonObject(node.inputs) ? node.inputs : {}, input_mapping);
    if (output_mapping !== null) slots.set(id, new Map(output_mapping.map(slot => [slot.old_idx, slot.new_idx])));
  }
  if (slots.size === 0) return;
  for (const node of Object.values(prompt)) if (isJsonObject(node?.inputs)) followLinks(node.inputs, slots);
}

/** An input that the old node did not have is not made up: validation says that it is missing. */
function mappedInputs(inputs: JsonObject, mapping: readonly InputMapping[]): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (const item of mapping) {
    const value = 'set_value' in item ? item.set_value : inputs[item.old_id];
    if (value !== undefined) entries.push([item.new_id, value]);
  }
  return orderedObject(entries);
}

function followLinks(inputs: JsonObject, slots: ReadonlyMap<string, ReadonlyMap<number, number>>): void {
  for (const [name, value] of orderedEntries(inputs)) {
    if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string') continue;
    const slot = slots.get(value[0])?.get(numericValue(value[1]) ?? Number.NaN);
    if (slot !== undefined) inputs[name] = [value[0], slot];
  }
}
