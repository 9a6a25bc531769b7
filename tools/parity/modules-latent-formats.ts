// Golden folder `modules/latent_formats`: the way into and out of model space, and the linear preview.
import { fromModelSpace, latentToRgb, toModelSpace } from '../../engine/src/sampling/latent-format.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import { loadLatentFormats } from './golden-latent-formats.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

export const latentFormats: ParitySuite = {
  folder: 'modules/latent_formats',
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const formats = await loadLatentFormats(context.treePath);
    const format = formats.get(String(goldenCase.params['format']));
    if (format === undefined || goldenCase.file === undefined) return { skipped: `operation ${goldenCase.op}` };
    const file = await context.tensors(goldenCase);
    const x = { data: file.float32('x'), dims: file.get('x').dims };
    const comparison = new Comparison(toleranceOf(goldenCase));
    if (file.has('process_in')) comparison.values('process_in', toModelSpace(x, format), file.get('process_in').data);
    if (file.has('process_out'))
      comparison.values('process_out', fromModelSpace(x, format), file.get('process_out').data);
    if (file.has('image_u8'))
      comparison.values('image_u8', bytesOf(latentToRgb(x, format).data), file.get('image_u8').data);
    return comparison.outcome();
  },
};

/** -1..1 to 0..255, cut off at the ends. */
function bytesOf(values: Float32Array): Float64Array {
  return Float64Array.from(values, value => Math.trunc(Math.min(Math.max((value + 1) / 2, 0), 1) * 255));
}
