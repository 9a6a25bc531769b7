// A prompt that leaves the results of some nodes of another prompt in the cache, and nothing else of it. Nodes that show nothing
// are made to run by a branch of testing nodes that is blocked before it could show anything.
import { isJsonObject, type JsonObject } from '@snug/protocol';
import { member } from './trace-format.ts';

/** @param cached `nodes` of `prompt` are to run; they need no others. */
export function primingPrompt({ prompt, nodes }: { readonly prompt: JsonObject; readonly nodes: readonly string[] }) {
  const wanted = new Set(nodes);
  const result: JsonObject = Object.fromEntries(Object.entries(prompt).filter(([id]) => wanted.has(id)));
  for (const id of nodes) {
    if (!isJsonObject(prompt[id]) || String(member(prompt, id, 'class_type')).match(/^(Save|Preview)/)) continue;
    result[`hold-${id}`] = {
      class_type: 'TestExecutionBlocker',
      inputs: { input: [id, 0], block: true, verbose: false },
    };
    result[`show-${id}`] = { class_type: 'PreviewImage', inputs: { images: [`hold-${id}`, 0] } };
  }
  return result;
}
