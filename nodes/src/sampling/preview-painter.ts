// Turns the estimate of a step into a small picture: by the linear map of the family, or by a tiny decoder when that is asked
// for and its file is there (spec websocket.md 6.6). Whatever is wrong with the file, the run goes on with the linear map.
import { type DiffusionModel, latentToRgb, type Tensor, type TinyDecoder, tinyFamilyOf } from '@snug/engine';
import type { NodeContext } from '@snug/execution';
import type { PreviewMethod } from '../node-types.ts';
import { tinyFilePath } from '../tiny-vae-files.ts';

/** Latent in model space to a picture [height, width, 3] in -1..1; undefined when there is none for this step. */
export type PreviewPainter = (denoised: Tensor) => Promise<Tensor | undefined>;

type PainterContext = Pick<NodeContext<never>, 'services' | 'signal'>;

/** Undefined where no picture can be made: none is wanted, or the family has no colours. */
export function previewPainter(
  method: PreviewMethod,
  context: PainterContext,
  { latentFormat }: Pick<DiffusionModel, 'latentFormat'>,
): PreviewPainter | undefined {
  if (method === 'none') return undefined;
  const linear = latentFormat.rgbFactors.length === 0 ? undefined : async (x: Tensor) => latentToRgb(x, latentFormat);
  if (method !== 'taesd') return linear;
  let decoder: Promise<TinyDecoder | undefined> | undefined;
  return async denoised => {
    decoder ??= openDecoder(context, latentFormat.name);
    const picture = await decodedPicture(await decoder, denoised, context);
    if (picture !== undefined) return picture;
    decoder = Promise.resolve(undefined);
    return linear?.(denoised);
  };
}

async function openDecoder({ services, signal }: PainterContext, format: string): Promise<TinyDecoder | undefined> {
  const family = tinyFamilyOf(format);
  const path = family && (await tinyFilePath(services.models, family, 'decoder'));
  if (path === undefined) {
    const file = family === undefined ? 'a tiny decoder' : `${family.name}_decoder.safetensors`;
    services.warn(`Previews are linear: there is no ${file} for ${format} latents in the model folder "vae_approx".`);
    return undefined;
  }
  return services.engine.loadTinyDecoder(path, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    services.warn(`Previews are linear: ${reasonOf(error)}`);
    return undefined;
  });
}

async function decodedPicture(
  decoder: TinyDecoder | undefined,
  denoised: Tensor,
  { services, signal }: PainterContext,
): Promise<Tensor | undefined> {
  if (decoder === undefined) return undefined;
  try {
    return channelsLast(await decoder.decode(firstPicture(denoised), { signal }));
  } catch (error) {
    signal.throwIfAborted();
    services.warn(`Previews are linear from now on: ${reasonOf(error)}`);
    return undefined;
  }
}

/** The first item; of a video its first frame. */
function firstPicture({ data, dims }: Tensor): Tensor {
  const [, channels = 1] = dims;
  const [height = 1, width = 1] = dims.slice(-2);
  const plane = height * width;
  const stride = dims.slice(2).reduce((product, side) => product * side, 1);
  const picture = new Float32Array(channels * plane);
  for (let channel = 0; channel < channels; channel++) {
    picture.set(data.subarray(channel * stride, channel * stride + plane), channel * plane);
  }
  return { data: picture, dims: [1, channels, height, width] };
}

/** [1, 3, height, width] to [height, width, 3]. */
function channelsLast({ data, dims }: Tensor): Tensor {
  const [, channels = 3, height = 0, width = 0] = dims;
  const plane = height * width;
  const picture = data.map((_, i) => data[(i % channels) * plane + Math.floor(i / channels)] ?? 0);
  return { data: picture, dims: [height, width, channels] };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
