// Entries of /object_info, in the shape of a V1 or a V3 node of the reference (spec node-contract.md sections 1 and 2).
// Key order is part of the shape. V1 leaves out what is unset, V3 says null.
import type { JsonObject, JsonValue } from '@snug/protocol';
import { HIDDEN_WIRE, type HiddenKind } from '../contract/hidden-inputs.ts';
import type { InputSpec, InputSpecs } from '../contract/input-spec.ts';
import type { NodeDefinition } from '../contract/node-definition.ts';
import type { RegisteredNode } from '../contract/node-registry.ts';
import { optionsOf, type WireForm, wireTypeOf } from './wire-shape.ts';

/** Entry of a class whose inputs have been evaluated. */
export function objectInfoOf(node: RegisteredNode, inputs: InputSpecs): JsonObject {
  return node.definition.wire === 'v1' ? objectInfoV1(node, inputs) : objectInfoV3(node, inputs);
}

/** Hidden inputs with those that V3 adds by itself: savers get the metadata, partner nodes get the keys. */
export function hiddenKindsOf(definition: NodeDefinition): readonly HiddenKind[] {
  if (definition.wire === 'v1') return definition.hidden;
  const kinds = new Set(definition.hidden);
  if (definition.outputNode) kinds.add('prompt').add('extraPngInfo');
  if (definition.apiNode) kinds.add('authToken').add('apiKey').add('usageSource');
  return [...kinds];
}

function objectInfoV1(node: RegisteredNode, inputs: InputSpecs): JsonObject {
  const { definition } = node;
  const info = commonHead(node, inputs);
  const tooltips = tooltipsOf(definition);
  Object.assign(info, {
    ...identityOf(node),
    ...(tooltips.some(tooltip => tooltip !== null) && { output_tooltips: tooltips }),
    ...(definition.deprecated && { deprecated: true }),
    ...(definition.experimental && { experimental: true }),
    ...(definition.devOnly && { dev_only: true }),
    ...(definition.apiNode && { api_node: true }),
    search_aliases: [...definition.searchAliases],
    ...(definition.essentialsCategory !== null && { essentials_category: definition.essentialsCategory }),
    has_intermediate_output: definition.intermediateOutput,
  });
  return info;
}

function objectInfoV3(node: RegisteredNode, inputs: InputSpecs): JsonObject {
  const { definition } = node;
  return {
    ...commonHead(node, inputs),
    output_tooltips: tooltipsOf(definition),
    output_matchtypes: matchTypesOf(definition),
    ...identityOf(node),
    deprecated: definition.deprecated,
    experimental: definition.experimental,
    dev_only: definition.devOnly,
    api_node: definition.apiNode,
    price_badge: null,
    search_aliases: definition.searchAliases.length === 0 ? null : [...definition.searchAliases],
    essentials_category: definition.essentialsCategory,
    has_intermediate_output: definition.intermediateOutput,
  };
}

/** Inputs and outputs: the part that both shapes open with. */
function commonHead(node: RegisteredNode, inputs: InputSpecs): JsonObject {
  const { definition } = node;
  const groups = inputGroups(definition, inputs);
  const order: JsonObject = {};
  for (const [group, entries] of Object.entries(groups)) order[group] = Object.keys(entries as JsonObject);
  return {
    input: groups,
    input_order: order,
    is_input_list: definition.inputIsList,
    output: definition.outputs.map(output => wireTypeOf(output, definition.wire)) as JsonValue[],
    output_is_list: definition.outputs.map(output => output.output.isList),
    output_name: definition.outputs.map(output => outputName(output, definition.wire)),
  };
}

function identityOf(node: RegisteredNode): JsonObject {
  const { definition } = node;
  return {
    name: definition.id,
    display_name: definition.displayName,
    description: definition.description,
    python_module: node.pythonModule,
    category: definition.category,
    output_node: definition.outputNode,
  };
}

function inputGroups(definition: NodeDefinition, inputs: InputSpecs): JsonObject {
  const required: JsonObject = {};
  const optional: JsonObject = {};
  for (const [name, spec] of Object.entries(inputs)) {
    (spec.optional ? optional : required)[name] = inputEntry(spec, definition.wire);
  }
  const hidden: JsonObject = {};
  for (const kind of hiddenKindsOf(definition)) {
    const [name, type] = HIDDEN_WIRE[kind];
    hidden[name] = definition.wire === 'v1' ? type : [type];
  }
  for (const [name, spec] of Object.entries(definition.hiddenInputs)) hidden[name] = inputEntry(spec, definition.wire);
  return {
    required,
    ...(Object.keys(optional).length > 0 && { optional }),
    ...(Object.keys(hidden).length > 0 && { hidden }),
  };
}

function inputEntry(spec: InputSpec, wire: WireForm): JsonValue {
  const type = wireTypeOf(spec, wire) as JsonValue;
  const options = optionsOf(spec, wire);
  return options === null ? [type] : [type, options];
}

/** An output without a name is called like its type; an option list stands for itself as in the reference. */
function outputName(output: InputSpec, wire: WireForm): JsonValue {
  return output.output.name ?? (wireTypeOf(output, wire) as JsonValue);
}

function tooltipsOf(definition: NodeDefinition): (string | null)[] {
  return definition.outputs.map(output => output.output.tooltip);
}

/** Template ids of outputs that take the type of a matching input; null when there is none. */
function matchTypesOf(definition: NodeDefinition): JsonValue {
  const templates = definition.outputs.map(output => {
    const template = output.options?.['template'];
    const id = typeof template === 'object' && template !== null ? (template as JsonObject)['template_id'] : null;
    return output.type === 'COMFY_MATCHTYPE_V3' ? (id ?? null) : null;
  });
  return templates.some(id => id !== null) ? templates : null;
}
