// What `/object_info` would say of the built-in nodes on a machine with the files of the recording.
import { describeNode, type NodeEnvironment, NodeRegistry } from '@snug/execution';
import { builtinPack } from '@snug/nodes';
import type { JsonObject } from '@snug/protocol';

const RECORDED_FILES: Readonly<Record<string, readonly string[]>> = { checkpoints: ['sd15-random-fp16.safetensors'] };

const recordedWorld = {
  models: { list: (key: string) => RECORDED_FILES[key] ?? [], resolve: async () => undefined },
  inputFiles: () => ['example.png'],
  inputFolders: () => [],
} as unknown as NodeEnvironment;

/** Class type to entry. */
export function ownObjectInfo(): JsonObject {
  const registry = new NodeRegistry();
  registry.registerPack(builtinPack);
  return Object.fromEntries(
    [...registry].map(node => [node.definition.id, describeNode(node, recordedWorld).objectInfo]),
  );
}
