// What the process that runs a class needs to know of its inputs: names, types and modifiers, looked up often. Option
// lists do not matter here, so live inputs are evaluated once: their names and types must not depend on the environment.
import { JsonFloat } from '@snug/protocol';
import type { NodeEnvironment } from '../contract/data-types.ts';
import type { HiddenKind } from '../contract/hidden-inputs.ts';
import type { InputSpec } from '../contract/input-spec.ts';
import type { NodeDefinition } from '../contract/node-definition.ts';
import type { RegisteredNode } from '../contract/node-registry.ts';
import { type ContainerKind, expandDynamicInputs, hasDynamicType, type SentInputs } from './dynamic-inputs.ts';
import { describeInputs, evaluateInputs, type InputDescription } from './node-description.ts';
import { hiddenKindsOf } from './object-info.ts';

/** How the value of an input is handed over. */
export interface InputTraits {
  readonly lazy: boolean;
  readonly rawLink: boolean;
  /** Scalars of these types arrive as plain JavaScript values; all others as they are. */
  readonly scalar: 'int' | 'bigint' | 'float' | null;
}

export interface NodeShape {
  readonly definition: NodeDefinition;
  readonly hidden: readonly HiddenKind[];
  readonly outputCount: number;
  readonly outputIsList: readonly boolean[];
  readonly isDynamic: boolean;
  /** Traits of all declared inputs; for a class with dynamic inputs use `inputsFor`. */
  readonly inputs: ReadonlyMap<string, InputTraits>;
  /** Traits of the inputs that exist given what the prompt sends. */
  inputsFor(sent: SentInputs): ReadonlyMap<string, InputTraits>;
  /** Dynamic inputs given what the prompt sends. */
  containersFor(sent: SentInputs): ReadonlyMap<string, ContainerKind>;
}

const shapes = new WeakMap<NodeDefinition, NodeShape>();

/** The shape of a class; computed on first use. */
export function shapeOf(node: RegisteredNode, env: NodeEnvironment): NodeShape {
  let shape = shapes.get(node.definition);
  if (shape === undefined) {
    shape = makeShape(node, env);
    shapes.set(node.definition, shape);
  }
  return shape;
}

/** Unboxes a scalar for an input that declares its type. */
export function argumentValue(value: unknown, traits: InputTraits | undefined): unknown {
  if (traits === undefined || traits.scalar === null) return value;
  if (traits.scalar === 'bigint') {
    return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  }
  if (value instanceof JsonFloat) return value.value;
  return typeof value === 'bigint' ? Number(value) : value;
}

function makeShape(node: RegisteredNode, env: NodeEnvironment): NodeShape {
  const { definition } = node;
  const specs = evaluateInputs(node, env);
  const described = describeInputs(definition, specs);
  const inputs = new Map<string, InputTraits>();
  for (const input of described) {
    const spec = specs[input.name] ?? definition.hiddenInputs[input.name];
    inputs.set(input.name, spec === undefined ? HIDDEN_TRAITS : traitsOfSpec(spec));
  }
  const isDynamic = described.some(hasDynamicType);
  return {
    definition,
    hidden: hiddenKindsOf(definition),
    outputCount: definition.outputs.length,
    outputIsList: definition.outputs.map(output => output.output.isList),
    isDynamic,
    inputs,
    inputsFor: sent => (isDynamic ? dynamicTraits(inputs, described, sent) : inputs),
    containersFor: sent => (isDynamic ? expandDynamicInputs(described, sent).containers : NO_CONTAINERS),
  };
}

const NO_CONTAINERS: ReadonlyMap<string, ContainerKind> = new Map();

const HIDDEN_TRAITS: InputTraits = { lazy: false, rawLink: false, scalar: null };

function traitsOfSpec(spec: InputSpec): InputTraits {
  return { lazy: spec.lazy, rawLink: spec.rawLink, scalar: scalarOf(spec.type, spec.big) };
}

function dynamicTraits(
  fixed: ReadonlyMap<string, InputTraits>,
  described: readonly InputDescription[],
  sent: SentInputs,
): ReadonlyMap<string, InputTraits> {
  const traits = new Map<string, InputTraits>();
  for (const { name, type, options } of expandDynamicInputs(described, sent).inputs) {
    traits.set(
      name,
      fixed.get(name) ?? {
        lazy: options['lazy'] === true,
        rawLink: options['rawLink'] === true,
        scalar: scalarOf(type, false),
      },
    );
  }
  return traits;
}

function scalarOf(type: InputDescription['type'], big: boolean): InputTraits['scalar'] {
  if (type === 'FLOAT') return 'float';
  if (type !== 'INT') return null;
  return big ? 'bigint' : 'int';
}
