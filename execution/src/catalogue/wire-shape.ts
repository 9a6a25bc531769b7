// How one declaration looks on the wire in either shape (spec node-contract.md sections 1 and 2.1).
import type { JsonObject, JsonValue } from '@snug/protocol';
import type { InputSpec } from '../contract/input-spec.ts';

/** A type on the wire: a name, or the list of options of a V1 combo. */
export type WireType = string | readonly JsonValue[];

export type WireForm = 'v1' | 'v3';

/** V1 nodes publish the options of a combo as its type. */
export function wireTypeOf(spec: InputSpec, wire: WireForm): WireType {
  return spec.choices !== null && wire === 'v1' ? spec.choices : spec.type;
}

/** Options on the wire; V3 combos and strings always carry their main options. Null when a V1 node gave none. */
export function optionsOf(spec: InputSpec, wire: WireForm): JsonObject | null {
  if (wire === 'v1') return spec.options;
  const given = spec.options ?? {};
  if (spec.choices !== null) return namedChoices(spec.choices, given);
  if (spec.type === 'STRING') return { ...given, multiline: given['multiline'] ?? false };
  return given;
}

/** Options of a named list in the reference's order: texts and default first, uploads last. */
function namedChoices(choices: readonly JsonValue[], { tooltip, default: initial, ...rest }: JsonObject): JsonObject {
  return {
    ...(tooltip !== undefined && { tooltip }),
    ...(initial !== undefined && { default: initial }),
    multiselect: false,
    options: [...choices],
    ...rest,
  };
}
