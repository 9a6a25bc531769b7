// MODEL: the UNet of a checkpoint behind the contract that sampling uses. The handle holds the graph; the runtime owns sessions.
import { EngineError } from '../../errors.ts';
import type { SafetensorsFile } from '../../formats/safetensors.ts';
import type { Graph } from '../../onnx/graph.ts';
import type { Feeds } from '../../runtime/backend.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { SessionSource } from '../../runtime/session-source.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type GraphStyle, styleName } from '../graph-style.ts';
import { requireFinite } from '../input-checks.ts';
import type { DiffusionModel, LatentFormat, NetworkInput, NoiseParameterization } from '../model.ts';
import { estimateResidentBytes, tuningFor } from '../session-profile.ts';
import { createWeights, type WeightTable } from '../weights.ts';
import { buildAttentionGraph, buildUnetGraph, type UnetParts } from './unet-graph.ts';
import { type HeadRule, readUnetLayout } from './unet-layout.ts';
import { estimateUnetBytes } from './unet-memory.ts';
import { unetSizes } from './unet-sizes.ts';
import { type UnetVariant, unetVariant } from './unet-variant.ts';
import { variantFeeds } from './variant-inputs.ts';

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
  const tuning = tuningFor(style);
  const sources = new Map<string, SessionSource>();

  /** Graphs are built once for each variant that was asked for. */
  function sourceOf(part: string, variant: UnetVariant, build: (parts: UnetParts) => Graph): SessionSource {
    const key = `${part}: ${variant.key}`;
    const known = sources.get(key);
    if (known) return known;
    const graph = build({ weights, layout, headRule, variant });
    const source: SessionSource = {
      file,
      part,
      variant: [styleName(style), JSON.stringify(headRule), ...(variant.key ? [variant.key] : [])].join(', '),
      graph,
      encoding: style.encoding,
      tuning,
      residentBytes: estimateResidentBytes(graph, style, tuning),
    };
    sources.set(key, source);
    return source;
  }

  async function run<Output extends string>(output: Output, request: UnetRequest): Promise<Tensor> {
    const { input, source, variant, signal } = request;
    const { x, context } = input;
    const [batch = 0, , height = 0, width = 0] = x.dims;
    const tokens = context.dims[1] ?? 0;
    const results = await runtime.run({
      source,
      feeds: feedsOf(input, source.graph, variantFeeds(layout, variant, unetSizes(layout, variant, { height, width }))),
      outputs: [output],
      activationBytes: estimateUnetBytes(source.graph, layout, { batch, height, width, tokens }),
      work: `The UNet at a latent size of ${width}x${height}, batch ${batch},`,
      signal,
    });
    return results[output];
  }

  sourceOf('UNet', unetVariant([], layout), buildUnetGraph);
  return {
    latentFormat: options.latentFormat,
    parameterization: options.parameterization,

    async predict(input, { signal } = {}) {
      const variant = unetVariant(input.changes ?? [], layout);
      requireInputs(input, layout);
      requireFinite('The latent', input.x);
      return run('out', { input, source: sourceOf('UNet', variant, buildUnetGraph), variant, signal });
    },

    async attention(input, { signal } = {}) {
      const variant = unetVariant(input.changes ?? [], layout);
      requireInputs(input, layout);
      requireFinite('The latent', input.x);
      const source = sourceOf('UNet attention', variant, parts => buildAttentionGraph(parts) ?? noAttention());
      const { data } = await run('attention', { input, source, variant, signal });
      const [batch = 0, , height = 0, width = 0] = input.x.dims;
      const { middle } = unetSizes(layout, variant, { height, width });
      return { data, dims: [batch, middle.height, middle.width] };
    },
  };
}

interface UnetRequest {
  readonly input: NetworkInput;
  readonly source: SessionSource;
  readonly variant: UnetVariant;
  readonly signal: AbortSignal | undefined;
}

/** The network's own inputs, and of the variant's those that this graph has. */
function feedsOf({ x, timesteps, context }: NetworkInput, { inputs }: Graph, ofVariant: Feeds): Feeds {
  const all: Feeds = { ...ofVariant, x, timesteps: { data: timesteps, dims: [timesteps.length] }, context };
  return Object.fromEntries(inputs.map(({ name }) => [name, all[name]!]));
}

function noAttention(): never {
  throw new EngineError('INVALID_ARGUMENT', {
    name: 'The model of Self-Attention Guidance',
    expected: 'one with self attention in its middle block',
    actual: 'a UNet without',
  });
}

function requireInputs(
  { x, timesteps, context }: NetworkInput,
  { inChannels, contextWidth }: { inChannels: number; contextWidth: number },
): void {
  const [batch = 0, channels] = x.dims;
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
}
