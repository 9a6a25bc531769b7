// docs/nodes.md is made from the declarations of the built-in nodes.
import { describeNode, type NodeEnvironment, NodeRegistry } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import { JsonFloat } from '@snug/protocol';

const HEADER = `# Nodes

What the built-in nodes take and give. Names, order, types, defaults and ranges are those of the reference; descriptions are our own words.
A \`?\` marks an optional input, \`= value\` a default, \`[a, b]\` the range of a number.

This page is generated (\`npm run docs\`).
`;

const NOTHING_INSTALLED = {
  models: { list: () => [], resolve: () => undefined },
  inputFiles: () => [],
  inputFolders: () => [],
} as unknown as NodeEnvironment;

interface Options {
  readonly default?: unknown;
  readonly min?: unknown;
  readonly max?: unknown;
}

/** @returns The page as Markdown. */
export function nodePage(): string {
  const registry = new NodeRegistry();
  registry.registerPack(builtinPack);
  const rows: string[] = [];
  for (const node of registry) {
    const description = describeNode(node, NOTHING_INSTALLED);
    const inputs = description.inputs
      .filter(input => input.group !== 'hidden')
      .map(input => inputText(input.name, input.type, input.options, input.group === 'optional'));
    const info = description.objectInfo as { category?: unknown; description?: unknown };
    rows.push(
      `| \`${description.classType}\` | ${String(info.category)} | ${inputs.join('<br>')} | ${description.outputTypes.join(', ')} | ${String(info.description ?? '')} |`,
    );
  }
  return `${HEADER}\n| node | category | inputs | outputs | what it does |\n|---|---|---|---|---|\n${rows.sort().join('\n')}\n`;
}

function inputText(name: string, type: unknown, options: Options, isOptional: boolean): string {
  const kind = Array.isArray(type) ? (type.length > 0 ? `one of ${type.length}` : 'a file') : String(type);
  const preset = options.default === undefined || options.default === '' ? '' : ` = ${text(options.default)}`;
  const range = options.min === undefined ? '' : ` [${text(options.min)}, ${text(options.max)}]`;
  return `${name}${isOptional ? '?' : ''}: ${kind}${preset}${range}`;
}

function text(value: unknown): string {
  return String(value instanceof JsonFloat ? value.value : value);
}
