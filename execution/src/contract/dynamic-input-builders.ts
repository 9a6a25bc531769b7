// Builders of inputs that depend on what a prompt sends (spec node-contract.md 2.2). They are understood by front ends of
// 2026 and belong to nodes with `wire: 'v3'`.
import type { JsonObject, JsonValue } from '@snug/protocol';
import { makeSpec } from './input-builders.ts';
import type { ArgOf, ArgsOf, InputSpec, InputSpecs, SpecOptions } from './input-spec.ts';

/** Names of a growing row: a prefix and a number from 0, or given names. At most 100. */
export type AutogrowNames =
  | { readonly prefix: string; readonly min?: number; readonly max?: number }
  | { readonly names: readonly string[]; readonly min?: number };

/** Types that have a widget; inside a row they are sockets. */
const WIDGET_TYPES: ReadonlySet<string> = new Set(['INT', 'FLOAT', 'STRING', 'BOOLEAN', 'COMBO']);

/** A row of equal sockets that grows as they are linked; `execute` gets an object of those that were sent. */
export function autogrow<S extends InputSpec, const O extends SpecOptions = Record<never, never>>(
  template: S,
  names: AutogrowNames,
  options?: O,
): InputSpec<Readonly<Record<string, ArgOf<S>>>, O> {
  const spec = makeSpec<Readonly<Record<string, ArgOf<S>>>, O>('COMFY_AUTOGROW_V3', options);
  const [type, templateOptions] = wireEntry(template) as [JsonValue, JsonObject];
  const forced = WIDGET_TYPES.has(template.type) ? { ...templateOptions, forceInput: true } : templateOptions;
  const fieldName = 'prefix' in names ? names.prefix : 'value';
  const wireNames: JsonObject =
    'prefix' in names
      ? { prefix: names.prefix, min: names.min ?? 1, max: names.max ?? 100 }
      : { names: [...names.names], min: names.min ?? 1 };
  const input: JsonObject = { [template.optional ? 'optional' : 'required']: { [fieldName]: [type, forced] } };
  return { ...spec, options: { ...spec.options, template: { input, ...wireNames } } };
}

/** Value of a dynamic combo: the fields of one of the options; the chosen key stands under the input's own name. */
export type DynamicComboValue<C extends Readonly<Record<string, InputSpecs>>> = {
  [K in keyof C]: ArgsOf<C[K]>;
}[keyof C] & { readonly [name: string]: unknown };

/** A choice that decides which further inputs there are. */
export function dynamicCombo<
  const C extends Readonly<Record<string, InputSpecs>>,
  const O extends SpecOptions = Record<never, never>,
>(choices: C, options?: O): InputSpec<DynamicComboValue<C>, O> {
  const spec = makeSpec<DynamicComboValue<C>, O>('COMFY_DYNAMICCOMBO_V3', options);
  const wire = Object.entries(choices).map(([key, inputs]) => ({ key, inputs: wireGroups(inputs) }));
  return { ...spec, options: { ...spec.options, options: wire } };
}

/** A socket that, when linked, brings further inputs; the linked value stands under the input's own name. */
export function dynamicSlot<
  S extends InputSpec,
  const I extends InputSpecs,
  const O extends SpecOptions = Record<never, never>,
>(slot: S, inputs: I, options?: O): InputSpec<ArgsOf<I> & { readonly [name: string]: unknown }, O> {
  const spec = makeSpec<ArgsOf<I> & { readonly [name: string]: unknown }, O>('COMFY_DYNAMICSLOT_V3', options);
  const wire = { slotType: slot.type, inputs: wireGroups(inputs), forceInput: true };
  return { ...spec, options: { ...spec.options, ...wire } };
}

/** Rows of equal fields; `execute` gets an array of them. At most 20. */
export function dynamicGroup<const I extends InputSpecs, const O extends SpecOptions = Record<never, never>>(
  row: I,
  limits: { readonly min?: number; readonly max?: number; readonly groupName?: string },
  options?: O,
): InputSpec<readonly ArgsOf<I>[], O> {
  const spec = makeSpec<readonly ArgsOf<I>[], O>('COMFY_DYNAMICGROUP_V3', options);
  const wire: JsonObject = { template: wireGroups(row), min: limits.min ?? 0, max: limits.max ?? 20 };
  if (limits.groupName !== undefined) wire['group_name'] = limits.groupName;
  return { ...spec, options: { ...spec.options, ...wire } };
}

/** Inputs and outputs of one template carry the same type, which the front end finds out. */
export function matchType<const O extends SpecOptions = Record<never, never>>(
  templateId: string,
  allowedTypes: readonly string[],
  options?: O,
): InputSpec<unknown, O> {
  const spec = makeSpec<unknown, O>('COMFY_MATCHTYPE_V3', options);
  const template = { template_id: templateId, allowed_types: allowedTypes.join(',') };
  return { ...spec, options: { ...spec.options, template } };
}

function wireGroups(inputs: InputSpecs): JsonObject {
  const required: JsonObject = {};
  const optional: JsonObject = {};
  for (const [name, spec] of Object.entries(inputs)) (spec.optional ? optional : required)[name] = wireEntry(spec);
  return { required, optional };
}

function wireEntry(spec: InputSpec): JsonValue {
  const options = spec.options ?? {};
  if (spec.choices === null) return [spec.type, options];
  return [spec.type, { multiselect: false, ...options, options: [...spec.choices] }];
}
