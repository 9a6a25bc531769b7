// Finishes a graph: collects what its outputs depend on, orders the nodes and gives every value a unique name.
import { EngineError } from '../errors.ts';
import type { Graph, GraphInput, GraphOutput, Initializer, Node, Value } from './graph.ts';

export interface GraphParts {
  readonly name: string;
  /** In the order in which the model lists them. Inputs that no output needs may be listed too. */
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
}

/**
 * Makes an immutable graph of all that `outputs` depend on.
 * @throws EngineError `GRAPH_INVALID` when an input is used but not listed, or when two values would share a name.
 */
export function createGraph({ name, inputs, outputs }: GraphParts): Graph {
  const { nodes, initializers, usedInputs } = collect(outputs.map(output => output.value));
  for (const input of usedInputs) {
    if (!inputs.includes(input)) throw invalid(name, `input "${input.name}" is used but not listed`);
  }
  const names = nameValues(name, { inputs, outputs, nodes, initializers });
  return Object.freeze({
    name,
    inputs: Object.freeze([...inputs]),
    outputs: Object.freeze([...outputs]),
    nodes: Object.freeze(nodes),
    initializers: Object.freeze(initializers),
    names,
  });
}

interface Collected {
  readonly nodes: Node[];
  readonly initializers: Initializer[];
  readonly usedInputs: Set<GraphInput>;
}

/** Depth-first, inputs before their node; with a stack of its own since real models are thousands of nodes deep. */
function collect(roots: readonly Value[]): Collected {
  const ordered = new Set<Node>();
  const initializers = new Set<Initializer>();
  const usedInputs = new Set<GraphInput>();
  const stack: { readonly value: Value; readonly isExpanded: boolean }[] = [...roots]
    .reverse()
    .map(value => ({ value, isExpanded: false }));
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { value, isExpanded } = top;
    if (value.kind === 'input') usedInputs.add(value);
    else if (value.kind === 'initializer') initializers.add(value);
    else if (isExpanded) ordered.add(value.node);
    else if (!ordered.has(value.node)) {
      stack.push({ value, isExpanded: true });
      for (const input of [...value.node.inputs].reverse()) if (input) stack.push({ value: input, isExpanded: false });
    }
  }
  return { nodes: [...ordered], initializers: [...initializers], usedInputs };
}

function nameValues(
  graphName: string,
  { inputs, outputs, nodes, initializers }: Pick<Graph, 'inputs' | 'outputs' | 'nodes' | 'initializers'>,
): ReadonlyMap<GraphInput | Initializer | Node, string> {
  const names = new Map<GraphInput | Initializer | Node, string>();
  const taken = new Set<string>();
  const assign = (value: GraphInput | Initializer | Node, name: string): void => {
    if (taken.has(name)) throw invalid(graphName, `two values are named "${name}"`);
    taken.add(name);
    names.set(value, name);
  };
  for (const input of inputs) assign(input, input.name);
  for (const output of outputs) {
    if (names.has(output.value.node)) throw invalid(graphName, `output "${output.name}" repeats another output`);
    assign(output.value.node, output.name);
  }
  let constantCount = 0;
  for (const initializer of initializers) assign(initializer, initializer.name ?? `constant.${constantCount++}`);
  nodes.forEach((node, index) => {
    if (!names.has(node)) assign(node, `${node.operator}.${index}`);
  });
  return names;
}

function invalid(graphName: string, reason: string): EngineError {
  return new EngineError('GRAPH_INVALID', { operator: `Graph "${graphName}"`, reason });
}
