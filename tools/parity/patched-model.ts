// Models that a patch node of the built-in pack changed, for the golden cases that say which node and with which inputs. The handle
// has no network: the cases bring a formula, or look at the parameterisation alone.
import type { DiffusionModel } from '@snug/engine';
import { sd15LatentFormat, sd15Parameterization } from '../../engine/src/models/stable-diffusion-1/family.ts';
import { builtinNode, callNode } from './node-call.ts';

type KnownModel = Pick<DiffusionModel, 'parameterization' | 'latentFormat'>;

/** Undefined when this version has no such node. */
export async function patchedModel(
  nodeId: string,
  inputs: Readonly<Record<string, unknown>>,
  { parameterization = sd15Parameterization, latentFormat = sd15LatentFormat }: Partial<KnownModel> = {},
): Promise<DiffusionModel | undefined> {
  const node = builtinNode(nodeId);
  if (node === undefined) return undefined;
  const model: DiffusionModel = {
    latentFormat,
    parameterization,
    predict: () => Promise.reject(new Error('a golden case asked the network of a patched model')),
  };
  const [patched] = await callNode(node, { ...inputs, model }, '');
  return patched as DiffusionModel;
}
