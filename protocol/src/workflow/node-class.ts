// What /object_info says of a class, reduced to what a conversion needs (spec http.md 8): inputs in their binding order, each
// with its type and options. Classes are read when a workflow first uses them; the whole document may describe thousands.
import { isJsonObject, type JsonObject, type JsonValue } from '../lossless-json/json-value.ts';
import { orderedKeys } from '../lossless-json/key-order.ts';
import { member } from './workflow-document.ts';

export interface NodeInput {
  readonly name: string;
  readonly isRequired: boolean;
  /** `COMBO` for both encodings of a list of choices. */
  readonly type: string;
  /** Choices of a combo; undefined where there are none or clients fetch them. */
  readonly choices: readonly JsonValue[] | undefined;
  readonly options: JsonObject;
}

export interface NodeClass {
  readonly displayName: string | undefined;
  /** Required ones first. Hidden inputs are never sent. */
  readonly inputs: readonly NodeInput[];
}

export class NodeClasses {
  readonly #objectInfo: JsonObject;
  readonly #read = new Map<string, NodeClass | undefined>();

  /** @param objectInfo the document of `GET /object_info`, read losslessly so that defaults keep their number types. */
  constructor(objectInfo: JsonObject) {
    this.#objectInfo = objectInfo;
  }

  get(type: string): NodeClass | undefined {
    if (this.#read.has(type)) return this.#read.get(type);
    const entry = member(this.#objectInfo, type);
    const nodeClass = isJsonObject(entry) ? readNodeClass(entry) : undefined;
    this.#read.set(type, nodeClass);
    return nodeClass;
  }
}

function readNodeClass(entry: JsonObject): NodeClass {
  const displayName = member(entry, 'display_name');
  const groups = member(entry, 'input');
  const order = member(entry, 'input_order');
  const inputs = (['required', 'optional'] as const).flatMap(group => {
    const specs = isJsonObject(groups) ? member(groups, group) : undefined;
    const names = isJsonObject(order) ? member(order, group) : undefined;
    return isJsonObject(specs) ? readInputs(specs, names, group === 'required') : [];
  });
  return { displayName: typeof displayName === 'string' && displayName !== '' ? displayName : undefined, inputs };
}

/** Inputs of one group, first those that the order names. */
export function readInputs(specs: JsonObject, order: JsonValue | undefined, isRequired: boolean): NodeInput[] {
  const named = Array.isArray(order) ? order.filter(name => typeof name === 'string') : [];
  const names = new Set([...named, ...orderedKeys(specs)]);
  return [...names].flatMap(name => readInput(name, member(specs, name), isRequired) ?? []);
}

function readInput(name: string, spec: JsonValue | undefined, isRequired: boolean): NodeInput | undefined {
  if (!Array.isArray(spec)) return undefined;
  const [declared, given] = spec;
  const options = isJsonObject(given) ? given : {};
  if (Array.isArray(declared)) return { name, isRequired, type: 'COMBO', choices: declared, options };
  if (typeof declared !== 'string') return undefined;
  const choices = member(options, 'options');
  return { name, isRequired, type: declared, choices: Array.isArray(choices) ? choices : undefined, options };
}
