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
  if (spec.choices !== null) return { multiselect: false, ...given, options: [...spec.choices] };
  if (spec.type === 'STRING') return { ...given, multiline: given['multiline'] ?? false };
  return given;
}
