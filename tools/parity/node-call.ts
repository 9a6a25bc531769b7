// Calls one built-in node outside of a graph, as the executor would call it: with plain arguments, defaults filled in, and files
// taken from a folder of golden files.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PixelThreads } from '@snug/engine';
import type { NodeDefinition } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import type { FileReference } from '@snug/protocol';
import { isNodeOutput } from '../../execution/src/contract/node-output.ts';

const definitions: ReadonlyMap<string, NodeDefinition> = new Map(builtinPack.nodes.map(node => [node.id, node]));

/** Undefined for classes that this version does not have. */
export function builtinNode(id: string): NodeDefinition | undefined {
  return definitions.get(id);
}

/** Outputs of a call. Absent inputs take their declared defaults. `filesFolder` stands for the input folder. */
export async function callNode(
  node: NodeDefinition,
  given: Readonly<Record<string, unknown>>,
  filesFolder: string,
): Promise<readonly unknown[]> {
  const services = servicesOf(filesFolder);
  const inputs = typeof node.inputs === 'function' ? node.inputs(services as never) : node.inputs;
  const declared = Object.entries(inputs as Readonly<Record<string, { readonly options?: { default?: unknown } }>>);
  const args = Object.fromEntries(declared.map(([name, spec]) => [name, given[name] ?? spec.options?.default]));
  const context = {
    nodeId: '1',
    classType: node.id,
    promptId: 'golden',
    listIndex: 0,
    signal: new AbortController().signal,
    services,
    hidden: {},
    extraData: {},
    state: node.createState(),
    throwIfInterrupted: () => undefined,
    progress: () => undefined,
    setProgress: () => undefined,
    sendText: () => undefined,
    sendEvent: () => undefined,
  };
  const result = await (node.execute as (args: unknown, context: unknown) => unknown)({ ...args, ...given }, context);
  const outputs = isNodeOutput(result) ? result.result : result;
  if (!Array.isArray(outputs)) throw new Error(`${node.id} answered no list of outputs`);
  return outputs;
}

/** What nodes use of an engine without a model. */
const engine = { pixels: new PixelThreads() };

function servicesOf(folder: string) {
  const pathOf = ({ filename, subfolder }: FileReference) => join(folder, subfolder, filename);
  const files = {
    localPath: async (reference: FileReference) => {
      const found = await stat(pathOf(reference)).catch(() => undefined);
      return found?.isFile() === true ? pathOf(reference) : undefined;
    },
    read: (reference: FileReference) => readFile(pathOf(reference)),
    stat: async (reference: FileReference) => ({ sizeBytes: (await stat(pathOf(reference))).size, modifiedMs: 0 }),
  };
  const settings = { disableMetadata: false, previewMethod: 'none', previewSize: 512 };
  return { engine, files, settings, inputFiles: () => [], inputFolders: () => [], warn: () => undefined };
}
