// Calls the `execute` of a built-in node outside of a graph, with plain values.
import { PixelThreads } from '@snug/engine';
import { builtinPack } from '../src/index.ts';

/** What nodes use of an engine without a model. */
const engine = { pixels: new PixelThreads({ threads: 1 }) };

/** Outputs of one call; inputs are given as they are, without defaults. */
export async function called<Outputs>(id: string, inputs: object): Promise<Outputs> {
  const node = builtinPack.nodes.find(candidate => candidate.id === id);
  if (node === undefined) throw new Error(`there is no node ${id}`);
  const context = { signal: new AbortController().signal, services: { engine } };
  return (await (node.execute as (inputs: object, context: object) => unknown)(inputs, context)) as Outputs;
}
