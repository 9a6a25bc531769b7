// The files of a new node pack. A pack has no import of its own at run time: the server hands it the node contract, so that it
// works wherever it lies. `@snug/execution` and `@snug/nodes` serve its types and its test alone.

export interface PackTemplate {
  /** Name of the folder, in lower case. */
  readonly name: string;
  readonly language: 'javascript' | 'typescript';
  /** Where the contract and its data types lie, as `file:` dependencies relative to the pack. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Paths relative to the pack, with `/`, and their texts. */
export function packFiles(template: PackTemplate): ReadonlyMap<string, string> {
  const { name, language } = template;
  const isTyped = language === 'typescript';
  return new Map([
    ['package.json', json(manifestOf(template))],
    ['tsconfig.json', json(compilerOptions(isTyped))],
    ...(isTyped ? [['src/index.ts', sourceOf(name, 'types')] as const] : []),
    // A TypeScript pack comes built, so that it loads before any compiler is installed.
    [isTyped ? 'dist/index.js' : 'src/index.js', sourceOf(name, isTyped ? 'none' : 'comments')],
    ['test/index.test.js', testOf(name, isTyped ? '../dist/index.js' : '../src/index.js')],
    [`web/${name}.js`, webScriptOf(name)],
    ['README.md', readmeOf(template)],
    ['.gitignore', 'node_modules/\n'],
  ]);
}

/** Class name of the example node: `my-pack` has `MyPackBrightness`. */
export function exampleNodeId(name: string): string {
  const words = name.split(/[-_]/).map(word => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${words.join('')}Brightness`;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function manifestOf({ name, language, dependencies }: PackTemplate): object {
  const isTyped = language === 'typescript';
  return {
    name,
    version: '0.1.0',
    private: true,
    description: 'A node pack for Snug.',
    type: 'module',
    main: isTyped ? 'dist/index.js' : 'src/index.js',
    snug: { webDirectory: 'web' },
    scripts: { ...(isTyped ? { build: 'tsc' } : {}), test: 'node --test' },
    devDependencies: { ...dependencies, ...(isTyped ? { typescript: '>=5.5' } : {}) },
  };
}

function compilerOptions(isTyped: boolean): object {
  return {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      skipLibCheck: true,
      // Teaches image() and its like what their values are.
      types: ['@snug/nodes'],
      ...(isTyped
        ? { rootDir: 'src', outDir: 'dist', verbatimModuleSyntax: true }
        : { allowJs: true, checkJs: true, noEmit: true }),
    },
    include: ['src'],
  };
}

/** How the signature of `createPack` tells its types. */
const SIGNATURES = {
  types: [
    "import type * as Execution from '@snug/execution';\n\n/** Called once by the server with the node contract. */",
    'export function createPack(execution: typeof Execution): Execution.NodePack {',
  ],
  comments: [
    `/**
 * Called once by the server with the node contract.
 *
 * @param {typeof import('@snug/execution')} execution
 * @returns {import('@snug/execution').NodePack}
 */`,
    'export function createPack(execution) {',
  ],
  none: ['/** Called once by the server with the node contract. */', 'export function createPack(execution) {'],
} as const;

function sourceOf(name: string, typesAs: keyof typeof SIGNATURES): string {
  return `// The node pack "${name}": one module that exports createPack.
${SIGNATURES[typesAs].join('\n')}
  const { defineNode, float, image } = execution;

  const brightness = defineNode({
    id: '${exampleNodeId(name)}',
    displayName: 'Brightness',
    category: '${name}',
    description: 'Makes a picture brighter or darker.',
    inputs: {
      image: image(),
      factor: float({ default: 1, min: 0, max: 4, step: 0.05, tooltip: 'Above 1 is brighter.' }),
    },
    outputs: [image()],
    // The types of the arguments follow from the inputs: a picture, [batch, height, width, channels] from 0 to 1, and a number.
    // A node never changes what it is given: other nodes and the cache hold the same values.
    execute: ({ image, factor }) => [{ data: image.data.map(value => Math.min(1, value * factor)), dims: image.dims }],
  });

  return { name: '${name}', pythonModule: 'custom_nodes.${name}', nodes: [brightness] };
}
`;
}

function testOf(name: string, module: string): string {
  return `// Needs no server and no network: npm test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as execution from '@snug/execution';
import { createPack } from '${module}';

const pack = createPack(execution);

test('a server accepts the pack', () => {
  const registry = new execution.NodeRegistry();
  registry.registerPack(pack);
  assert.ok(registry.get('${exampleNodeId(name)}'));
});

test('a picture gets brighter, but not beyond white, and the original stays as it was', async () => {
  const [brightness] = pack.nodes;
  const picture = { data: new Float32Array([0, 0.25, 0.75]), dims: [1, 1, 1, 3] };
  const [brighter] = await brightness.execute({ image: picture, factor: 2 });
  assert.deepEqual(brighter, { data: new Float32Array([0, 0.5, 1]), dims: [1, 1, 1, 3] });
  assert.deepEqual(picture.data, new Float32Array([0, 0.25, 0.75]));
});
`;
}

function webScriptOf(name: string): string {
  return `// A script for the front end: every .js file of this folder is loaded from /extensions/${name}/.
import { app } from '../../scripts/app.js';

app.registerExtension({
  name: '${name}',
  nodeCreated(node) {
    if (node.comfyClass === '${exampleNodeId(name)}') node.color = '#4a4a2a';
  },
});
`;
}

function readmeOf({ name, language }: PackTemplate): string {
  const isTyped = language === 'typescript';
  const source = isTyped ? 'src/index.ts' : 'src/index.js';
  const build = isTyped
    ? '\n`dist/index.js` is what the server loads. After a change to the source: `npm install` (once), then `npm run build`.\n'
    : '';
  return `# ${name}

A node pack for Snug. Start the server again to load it; the log says \`Node pack "${name}" loaded\`.

| file | what it is |
|---|---|
| \`${source}\` | the nodes: \`createPack\` takes the node contract and answers the pack |
| \`test/index.test.js\` | their test: \`npm test\`, without a server and without a network |
| \`web/\` | scripts for the front end, named by \`snug.webDirectory\` in \`package.json\` |
| \`tsconfig.json\` | lets editors check the types |
${build}
\`node_modules/@snug/\` links to the installation that made this folder, for types and the test only. On another machine
correct the two \`file:\` paths in \`package.json\` and run \`npm install\`.

Disable the pack by renaming its folder to \`${name}.disabled\`.
`;
}
