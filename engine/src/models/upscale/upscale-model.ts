// UPSCALE_MODEL: a network that makes pictures larger by a fixed factor. Pictures of a batch go through one after the other.
import { EngineError } from '../../errors.ts';
import type { TensorFile } from '../../formats/tensor-table.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { elementCount, type Tensor } from '../../tensor/tensor.ts';
import { type GraphStyle, styleName } from '../graph-style.ts';
import { requireFinite } from '../input-checks.ts';
import { estimateResidentBytes, tuningFor } from '../session-profile.ts';
import { createWeights, type WeightTable } from '../weights.ts';
import { pictureToMap, writePicture } from './picture-maps.ts';
import { COLOURS } from './rrdb-layout.ts';
import type { UpscaleNetwork } from './upscale-network.ts';
import { runUpscalePass, type UpscalePass, type UpscalePassOptions } from './upscale-pass.ts';

export interface UpscaleModel {
  /** For people: `ESRGAN`. */
  readonly architecture: string;
  /** Pixels of the result per pixel and side. */
  readonly scale: number;
  /**
   * Pictures [batch, height, width, 3 or more] in 0..1 to [batch, height * scale, width * scale, 3] in 0..1.
   * @throws EngineError INVALID_ARGUMENT, ENGINE_OUT_OF_MEMORY, PIXELS_OUT_OF_MEMORY and what `Runtime.run` throws.
   */
  upscale(images: Tensor, options?: UpscalePassOptions): Promise<Tensor>;
}

export interface UpscaleModelOptions {
  readonly runtime: Runtime;
  readonly file: Pick<WeightTable, 'path' | 'tensors'> & Pick<TensorFile, 'identity'>;
  readonly style: GraphStyle;
}

/** Reads shapes only. @throws EngineError TENSOR_MISSING, WEIGHT_TYPE_UNSUPPORTED, GRAPH_INVALID */
export function createUpscaleModel(network: UpscaleNetwork, options: UpscaleModelOptions): UpscaleModel {
  const { architecture, scale } = network;
  const pass = createUpscalePass(network, options);
  return {
    architecture,
    scale,
    upscale: (images, callOptions = {}) => upscale(pass, options.runtime, images, callOptions),
  };
}

export function createUpscalePass(network: UpscaleNetwork, options: UpscaleModelOptions): UpscalePass {
  const { runtime, file } = options;
  // It is small and every tile runs all of it: folded weights always pay.
  const style: GraphStyle = { ...options.style, weights: 'folded' };
  const tuning = tuningFor(style);
  const graph = network.build(createWeights({ ...file, keyOf: network.keyOf }, style));
  const residentBytes = estimateResidentBytes(graph, style, tuning);
  const part = 'upscale model';
  const source = { file, part, variant: styleName(style), graph, encoding: style.encoding, tuning, residentBytes };
  const { scale, unshuffle, sideMultiple } = network;
  const estimateBytes = (pixels: number): number => network.estimateBytes(pixels);
  return { runtime, source, scale, unshuffle, sideMultiple, estimateBytes };
}

async function upscale(
  pass: UpscalePass,
  runtime: Runtime,
  images: Tensor,
  { onTile, ...options }: UpscalePassOptions,
): Promise<Tensor> {
  const [batch = 0, height = 0, width = 0] = requirePictures(images);
  requireFinite('The image', images);
  const dims = [batch, height * pass.scale, width * pass.scale, COLOURS];
  // Besides the result, one picture is put together from tiles: colours and weights.
  const pictureBytes = (elementCount(dims) / batch) * Float32Array.BYTES_PER_ELEMENT;
  const work = `A batch of ${batch} pictures, upscaled to ${dims[2]}x${dims[1]},`;
  runtime.requireBudget(work, pictureBytes * (batch + 1 + 1 / COLOURS));
  const upscaled = allocatePixels(elementCount(dims));
  for (let index = 0; index < batch; index++) {
    const map = await runUpscalePass(pass, pictureToMap(images, index), {
      ...options,
      ...(onTile && { onTile: (done, total) => onTile(index * total + done, batch * total) }),
    });
    await writePicture(upscaled, index, map);
  }
  return { data: upscaled, dims };
}

function requirePictures({ data, dims }: Tensor): readonly number[] {
  const [, , , channels = 0] = dims;
  if (dims.length === 4 && channels >= COLOURS && data.length > 0) return dims;
  const expected = '[batch, height, width, 3 or more] and not empty';
  throw new EngineError('INVALID_ARGUMENT', { name: 'The image', expected, actual: `[${dims.join(', ')}]` });
}

/** There is a longest array, whatever the budget. */
function allocatePixels(length: number): Float32Array {
  try {
    return new Float32Array(length);
  } catch (cause) {
    throw new EngineError('PIXELS_OUT_OF_MEMORY', { megabytes: Math.round((length * 4) / 2 ** 20) }, { cause });
  }
}
