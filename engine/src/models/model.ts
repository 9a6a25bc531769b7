// What a loaded model offers to nodes and to sampling. Handles are cheap and immutable: `with...` methods give a changed copy
// that shares the weights. Sessions are created by `runtime` at first use and may be dropped at any time in between.
import type { Tensor } from '../tensor/tensor.ts';
import type { ProjectionFactors } from './attention-projections.ts';
import type { GuidancePatch } from './guidance-patch.ts';
import type { NetworkChange, NetworkPatch } from './network-change.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Mapping between model space and the latents that nodes exchange, and the linear preview of a family. */
export interface LatentFormat {
  /** Family name of the golden data: `SD15`, `SDXL`, ... */
  readonly name: string;
  readonly channels: number;
  /** Pixels per latent cell and side. */
  readonly downscale: number;
  readonly scaleFactor: number;
  readonly shiftFactor: number;
  /** Per channel, for families that normalise so: (z - mean) / std comes before shift and scale. */
  readonly channelMeans?: readonly number[];
  readonly channelStds?: readonly number[];
  /** `channels` rows of three: latent to RGB in -1..1. */
  readonly rgbFactors: readonly (readonly [number, number, number])[];
  readonly rgbBias?: readonly [number, number, number];
}

/** Parameterisation of a diffusion network: data only, `sampling` gives it meaning. */
export interface NoiseParameterization {
  /**
   * What the network's output means. `scaled-flow` is a flow that works with x = latent + sigma * noise (Cosmos), `lcm` the
   * noise of a consistency model, `x0` the clean latent, `x0-unscaled` the same from an input that is not scaled.
   */
  readonly prediction: 'eps' | 'v' | 'edm' | 'flow' | 'scaled-flow' | 'lcm' | 'x0' | 'x0-unscaled';
  /** Standard deviation of the data, `edm` only; default 1. */
  readonly sigmaData?: number;
  readonly schedule: NoiseScheduleData;
}

/** Which noise levels the network knows, and how it is told of them. */
export type NoiseScheduleData =
  /** A table of discrete timesteps; betas are the squares of a linear ramp between the roots of these two. */
  | {
      readonly kind: 'scaled-linear';
      readonly timesteps: number;
      readonly linearStart: number;
      readonly linearEnd: number;
      /** Stretched so that the last timestep is pure noise. */
      readonly isZeroTerminalSnr?: boolean;
      /** How many of the timesteps, evenly spread, a distilled network was trained on; default all. */
      readonly distilledTimesteps?: number;
    }
  /** Time of a rectified flow in units of `multiplier`, bent by a shift (SD3, Wan). */
  | { readonly kind: 'flow'; readonly shift: number; readonly multiplier: number }
  /** The same with an exponential shift (Flux). */
  | { readonly kind: 'flux'; readonly shift: number }
  /** The cosine schedule, with a shift for larger pictures (Stable Cascade). */
  | { readonly kind: 'cosine'; readonly shift: number }
  /** Any sigma between two; the timestep is a function of it. */
  | {
      readonly kind: 'log-uniform';
      readonly sigmaMin: number;
      readonly sigmaMax: number;
      readonly timestep: 'quarter-log' | 'angle' | 'flow-time';
    };

/** MODEL: the denoising network. */
export interface DiffusionModel {
  readonly latentFormat: LatentFormat;
  readonly parameterization: NoiseParameterization;
  /** Changes to its guidance, in the order in which they apply. */
  readonly guidancePatches?: readonly GuidancePatch[];
  /** Changes of its network, in the order in which they are made. */
  readonly networkPatches?: readonly NetworkPatch[];
  /** Noise masks open step by step instead of blending (differential diffusion). */
  readonly maskOpening?: MaskOpening;
  /**
   * One evaluation of the raw network.
   * @returns the network's output, shape of `x`.
   * @throws EngineError NETWORK_CHANGE_UNSUPPORTED when it cannot be changed as asked.
   */
  predict(input: NetworkInput, options?: CallOptions): Promise<Tensor>;
  /**
   * How much attention each cell of the coarsest map gets, [batch, height, width] with a mean of 1. Missing for networks without
   * such a map.
   */
  attention?(input: NetworkInput, options?: CallOptions): Promise<Tensor>;
}

export interface NetworkInput {
  /** [batch, channels, h, w], already scaled for the network. */
  readonly x: Tensor;
  /** [batch] */
  readonly timesteps: Float32Array;
  /** [batch, tokens, width] */
  readonly context: Tensor;
  /** What the conditioning carries under that name, for ControlNets. */
  readonly control?: unknown;
  /** Changes for this evaluation; default none. */
  readonly changes?: readonly NetworkChange[];
}

/** Levin & Fried, "Differential Diffusion" (2023). */
export interface MaskOpening {
  /** 0..1: share of the opened mask against the mask as it was drawn. */
  readonly strength: number;
}

/** Options that travel with a text embedding through the graph (CONDITIONING); unknown keys are carried along. */
export interface ConditioningOptions {
  readonly [key: string]: unknown;
}
export type ConditioningEntry = readonly [Tensor, ConditioningOptions];
/** CONDITIONING: list of `[tensor [1, tokens, width], options]`. */
export type Conditioning = readonly ConditioningEntry[];

/** CLIP: tokenizer and text encoder. */
export interface TextEncoder {
  /** Clip skip: -1 last layer, -2 the one before, ... */
  withStopAtLayer(layer: number): TextEncoder;
  /** Multiplies the projections of all its attentions, on top of what was set before. @throws EngineError INVALID_ARGUMENT */
  withScaledAttention(factors: ProjectionFactors): TextEncoder;
  /** Tokens with weights and embeddings, in chunks of 77, encoded and concatenated: one conditioning entry. */
  encode(text: string, options?: CallOptions): Promise<Conditioning>;
}

/** Tiles of a VAE that works a picture off in parts, in latent cells. */
export interface TileOptions {
  readonly size: number;
  readonly overlap: number;
}

export interface VaeCallOptions extends CallOptions {
  /** Forces tiles; without it they are used only where the whole picture exceeds the memory budget. */
  readonly tile?: TileOptions;
}

/** VAE. */
export interface Vae {
  readonly downscale: number;
  readonly latentChannels: number;
  /**
   * Frames per latent frame after the first. Such a VAE of videos encodes all images as the frames of one video,
   * to [1, channels, frames, h, w]; absent (or null) for VAEs of pictures.
   */
  readonly temporalDownscale?: number | null;
  /** [batch, channels, h, w] latents as nodes exchange them (not scaled by the latent format) to images [batch, 8h, 8w, 3] in 0..1. Tiled when large. */
  decode(latents: Tensor, options?: VaeCallOptions): Promise<Tensor>;
  /** Images [batch, height, width, 3 or more] to latents; sides are cropped (centred) to a multiple of 8. */
  encode(images: Tensor, options?: VaeCallOptions): Promise<Tensor>;
}

export interface LoadedCheckpoint {
  readonly model: DiffusionModel;
  readonly clip: TextEncoder;
  readonly vae: Vae;
}
