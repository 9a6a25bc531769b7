// Golden folder `modules/upscale`: upscale networks whole, as their node runs them, and in small tiles.
import { upscaleNetworkOf } from '../../engine/src/models/upscale/detect-network.ts';
import { pictureToMap } from '../../engine/src/models/upscale/picture-maps.ts';
import { createUpscaleModel, createUpscalePass } from '../../engine/src/models/upscale/upscale-model.ts';
import { runNetwork, runUpscalePass } from '../../engine/src/models/upscale/upscale-pass.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import { ModelBench, openWeights, style, tensorOf, weightsCaseOf } from './golden-model.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

const bench = new ModelBench();

export const upscale: ParitySuite = {
  folder: 'modules/upscale',
  close: () => bench.close(),
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const weights = await openWeights(weightsCaseOf(goldenCase, context), context);
    const network = upscaleNetworkOf({ ...weights, keyOf: keysOf(goldenCase) });
    if (network === undefined) return { skipped: 'architectures of upscale models that this version does not know' };
    const options = { runtime: bench.runtime, file: weights, style };
    const comparison = new Comparison(toleranceOf(goldenCase));
    const { scale } = goldenCase.params;
    if (scale !== undefined) comparison.equal('scale', network.scale, scale);

    const file = await context.tensors(goldenCase);
    const image = tensorOf(file, 'image');
    const upscaled = await createUpscaleModel(network, options).upscale(image);
    comparison.values('node_output', upscaled.data, file.get('node_output').data);
    const pass = createUpscalePass(network, options);
    const map = pictureToMap(image, 0);
    comparison.values('raw_output', (await runNetwork(pass, map)).data, file.get('raw_output').data);
    for (const name of file.names) {
      const tile = tileOf(name);
      if (tile) comparison.values(name, (await runUpscalePass(pass, map, { tile })).data, file.get(name).data);
    }
    return comparison.outcome();
  },
};

/** `tiled_8_overlap_2_nchw`: size of the tiles and what they share. */
function tileOf(name: string): { size: number; overlap: number } | undefined {
  const [, size, overlap] = /^tiled_(\d+)_overlap_(\d+)_nchw$/.exec(name) ?? [];
  return size === undefined ? undefined : { size: Number(size), overlap: Number(overlap) };
}

/** Cases of another key layout share the weights of a case and say how its keys are called there. */
function keysOf({ params }: GoldenCase): (name: string) => string {
  const keys = params['this_file_layout_key_to_old_layout_key'] as Readonly<Record<string, string>> | undefined;
  return name => `W.${keys === undefined ? name : (keys[name] ?? `no key for ${name}`)}`;
}
