// MODEL: the UNet of a checkpoint behind the contract that sampling uses. The handle holds the graph; the runtime owns sessions.
import { EngineError } from '../../errors.ts';
import type { SafetensorsFile } from '../../formats/safetensors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type GraphStyle, styleName } from '../graph-style.ts';
import { requireFinite } from '../input-checks.ts';
import type { DiffusionModel, LatentFormat, NoiseParameterization } from '../model.ts';
import { estimateResidentBytes, tuningFor } from '../session-profile.ts';
import { createWeights, type WeightTable } from '../weights.ts';
import { buildUnetGraph } from './unet-graph.ts';
import { type HeadRule, readUnetLayout } from './unet-layout.ts';
import { estimateUnetBytes } from './unet-memory.ts';

export interface DiffusionModelOptions {
  readonly runtime: Runtime;
  readonly file: WeightTable & Pick<SafetensorsFile, 'identity'>;
  /** Prefix of the UNet's keys, with its dot. */
  readonly prefix: string;
  readonly style: GraphStyle;
  readonly headRule: HeadRule;
  readonly latentFormat: LatentFormat;
  readonly parameterization: NoiseParameterization;
}

/** Reads shapes only. @throws EngineError TENSOR_MISSING, MODEL_INCONSISTENT, WEIGHT_TYPE_UNSUPPORTED, GRAPH_INVALID */
export function createDiffusionModel(options: DiffusionModelOptions): DiffusionModel {
  const { runtime, file, style, headRule } = options;
  const weights = createWeights(file, style, options.prefix);
  const layout = readUnetLayout(weights, file.path);
  const graph = buildUnetGraph(weights, layout, headRule);
  const tuning = tuningFor(style);
  const source = {
    file,
    part: 'UNet',
    variant: `${styleName(style)}, ${JSON.stringify(headRule)}`,
    graph,
    encoding: style.encoding,
    tuning,
    residentBytes: estimateResidentBytes(graph, style, tuning),
  };

  return {
    latentFormat: options.latentFormat,
    parameterization: options.parameterization,

    async predict({ x, timesteps, context }, { signal } = {}) {
      const { batch, height, width } = requireInputs({ x, timesteps, context }, layout);
      requireFinite('The latent', x);
      const tokens = context.dims[1] ?? 0;
      const { out } = await runtime.run({
        source,
        feeds: {
          x,
          timesteps: { data: timesteps, dims: [batch] },
          context,
        },
        outputs: ['out'],
        activationBytes: estimateUnetBytes(graph, layout, { batch, height, width, tokens }),
        work: `The UNet at a latent size of ${width}x${height}, batch ${batch},`,
        signal,
      });
      return out;
    },
  };
}

function requireInputs(
  { x, timesteps, context }: { x: Tensor; timesteps: Float32Array; context: Tensor },
  { inChannels, contextWidth }: { inChannels: number; contextWidth: number },
): { batch: number; height: number; width: number } {
  const [batch = 0, channels, height = 0, width = 0] = x.dims;
  if (x.dims.length !== 4 || channels !== inChannels || x.data.length === 0) {
    const expected = `[batch, ${inChannels}, height, width] and not empty`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The latent', expected, actual: `[${x.dims.join(', ')}]` });
  }
  if (timesteps.length !== batch) {
    const details = {
      name: 'The number of timesteps',
      expected: `that of the batch, ${batch}`,
      actual: timesteps.length,
    };
    throw new EngineError('INVALID_ARGUMENT', details);
  }
  const [contextBatch, tokens, width_] = context.dims;
  if (context.dims.length !== 3 || contextBatch !== batch || !tokens || width_ !== contextWidth) {
    const expected = `[${batch}, tokens, ${contextWidth}]`;
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The text context',
      expected,
      actual: `[${context.dims.join(', ')}]; was it made by the text encoder of another kind of model?`,
    });
  }
  return { batch, height, width };
}
