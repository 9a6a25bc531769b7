// Values that an instance of a subgraph holds for the widgets that the subgraph promotes (spec files.md 8.3, rule 6). They take
// the place of the values inside. Files store them by name or as a list, whose order depends on the age of the editor.
import type { JsonObject, JsonValue } from '../lossless-json/json-value.ts';
import { isControlMode } from './input-widget.ts';
import { idText, member, type WorkflowNode } from './workflow-document.ts';

export interface InstanceValues {
  /** Input of the subgraph to value. */
  readonly values: ReadonlyMap<string, JsonValue>;
  /** Widgets and stored values when their numbers do not fit; nothing is overridden then. */
  readonly mismatch: { readonly expected: number; readonly count: number } | undefined;
}

export function instanceValues(instance: WorkflowNode): InstanceValues {
  const { namedValues, values: list, properties } = instance;
  if (namedValues !== undefined) return byName(namedValues);
  const proxies = member(properties, 'proxyWidgets');
  const names = instance.inputs.flatMap(slot => (slot.widgetName === undefined ? [] : [slot.name]));
  // An instance that was never touched stores nothing; widgets that only show inner ones store nothing either.
  if (list.length === 0) return pairs([], []);
  if (names.length === list.length) return pairs(names, list);
  const withoutControls = list.filter((value, index) => index === 0 || !isControlMode(value));
  if (names.length === withoutControls.length) return pairs(names, withoutControls);
  if (Array.isArray(proxies) && proxies.length === list.length) return pairs(proxies.map(ownInput), list);
  return { values: new Map(), mismatch: { expected: names.length, count: list.length } };
}

/** `["-1", name]` is a widget of the instance's own input; other entries show a widget inside, which keeps its value. */
function ownInput(proxy: JsonValue): string | undefined {
  const [owner, name] = Array.isArray(proxy) ? proxy : [];
  return idText(owner) === '-1' && typeof name === 'string' ? name : undefined;
}

function byName(object: JsonObject): InstanceValues {
  const names = Object.keys(object);
  return pairs(
    names,
    names.map(name => object[name] ?? null),
  );
}

function pairs(names: readonly (string | undefined)[], list: readonly JsonValue[]): InstanceValues {
  const values = new Map<string, JsonValue>();
  for (const [index, name] of names.entries()) {
    const value = list[index];
    if (name !== undefined && value !== undefined && value !== null) values.set(name, value);
  }
  return { values, mismatch: undefined };
}
