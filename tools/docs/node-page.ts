// docs/nodes.md is made from the declarations of the built-in nodes and from the recorded `/object_info`: what is here, by
// category, and what is missing and why.
import { describeNode, type NodeEnvironment, NodeRegistry } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import { JsonFloat, type JsonObject } from '@snug/protocol';
import { goldenObjectInfo } from '../object-info/golden-object-info.ts';
import { ownObjectInfo } from '../object-info/own-object-info.ts';
import { type ObjectInfoReport, reportObjectInfo } from '../object-info/report-object-info.ts';
import { PICTURE_FOLDER, picturedNodes } from './node-pictures.ts';
import { mediaSentences } from './sentences-of-media-nodes.ts';
import { modelSentences } from './sentences-of-model-nodes.ts';

const HEADER = `# Nodes

What the built-in nodes take and give. Names, order, types, defaults and ranges are those of the reference; descriptions are our own words.
A \`?\` marks an optional input, \`= value\` a default, \`[a, b]\` the range of a number. Pictures show what a node makes of a small test picture.

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

interface NodeRow {
  readonly id: string;
  readonly category: string;
  readonly text: string;
}

/** @returns The page as Markdown. */
export async function nodePage(): Promise<string> {
  const recorded = await goldenObjectInfo();
  const rows = nodeRows();
  const report = reportObjectInfo(recorded, ownObjectInfo());
  return [HEADER, coverage(report, recorded, rows), ...categorySections(rows), missing(report)].join('\n');
}

function nodeRows(): readonly NodeRow[] {
  const registry = new NodeRegistry();
  registry.registerPack(builtinPack);
  const pictured = new Set(picturedNodes());
  return Array.from(registry, node => {
    const description = describeNode(node, NOTHING_INSTALLED);
    const inputs = description.inputs
      .filter(input => input.group !== 'hidden')
      .map(input => inputText(input.name, input.type, input.options, input.group === 'optional'));
    const { category, description: words } = description.objectInfo as { category?: unknown; description?: unknown };
    const id = description.classType;
    const what = sentenceOf(id, String(words ?? ''));
    const picture = pictured.has(id) ? ` ![](${PICTURE_FOLDER}/${encodeURIComponent(id)}.webp)` : '';
    const cells = [`\`${id}\``, inputs.join('<br>'), description.outputTypes.join(', '), `${what}${picture}`];
    return { id, category: String(category), text: `| ${cells.map(escapeCell).join(' | ')} |` };
  });
}

/** What the node says of itself, or what is said of it here. */
function sentenceOf(id: string, description: string): string {
  return description === '' ? (mediaSentences[id] ?? modelSentences[id] ?? '') : description;
}

function escapeCell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}

/** How many of the recorded nodes are here, by category. */
function coverage({ categories }: ObjectInfoReport, recorded: JsonObject, rows: readonly NodeRow[]): string {
  const own = rows.filter(({ id }) => !(id in recorded)).map(({ id }) => `\`${id}\``);
  const sum = (pick: 'implemented' | 'total'): number => categories.reduce((total, count) => total + count[pick], 0);
  const lines = categories.map(({ category, implemented, total }) => `| ${category} | ${implemented} | ${total} |`);
  return [
    `${sum('implemented')} of the ${sum('total')} nodes of the recorded catalogue are here${own.length === 0 ? '' : `, and ${own.length} beside it: ${own.join(', ')}`}.`,
    '',
    '| category | here | of |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

function categorySections(rows: readonly NodeRow[]): string[] {
  const categories = [...new Set(rows.map(({ category }) => category))].sort();
  return categories.map(category => {
    const texts = rows.filter(row => row.category === category).map(({ text }) => text);
    const head = '| node | inputs | outputs | what it does |\n|---|---|---|---|';
    return `## ${category}\n\n${head}\n${texts.sort().join('\n')}\n`;
  });
}

function missing({ missing, unexplained }: ObjectInfoReport): string {
  const reasons = [...missing, ...(unexplained.length > 0 ? [['not written yet', unexplained] as const] : [])];
  const lines = reasons.map(([reason, names]) => `- ${reason}: ${names.map(name => `\`${name}\``).join(', ')}`);
  return `## Not here\n\n${lines.join('\n')}\n`;
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
