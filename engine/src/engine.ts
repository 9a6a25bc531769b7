// The engine as its users see it: one object that owns devices, sessions and the memory budget.
import { PixelThreads } from './media/pixel-threads.ts';
import { graphStyleFor } from './models/graph-style.ts';
import type { LoadedCheckpoint, Vae } from './models/model.ts';
import { loadStableDiffusion1 } from './models/stable-diffusion-1/load-checkpoint.ts';
import { loadTinyDecoder, loadTinyVae, type TinyDecoder } from './models/taesd/tiny-autoencoder.ts';
import type { TinyFamily } from './models/taesd/tiny-families.ts';
import { loadUpscaleModel } from './models/upscale/load-upscale-model.ts';
import type { UpscaleModel } from './models/upscale/upscale-model.ts';
import { loadVae } from './models/vae/load-vae.ts';
import { machineMemoryBytes, privateMemoryBytes } from './runtime/memory.ts';
import { Runtime } from './runtime/runtime.ts';

export interface EngineOptions {
  /** Default `cpu`. `webgpu` and `cuda` fall back to an error that says what is missing. */
  readonly device?: 'cpu' | 'webgpu' | 'cuda';
  /** Threads of one operator; 0 = as many as physical cores (default). */
  readonly threads?: number;
  /**
   * Results are the same bits whatever `threads` and the machine's number of cores are: every operator runs on one thread,
   * so that no sum is split. Default false.
   */
  readonly deterministic?: boolean;
  /** Sessions and activations together may take this much private memory; default three quarters of the machine's. */
  readonly memoryBudgetBytes?: number;
  /** How half-precision weights become float32 (see docs/engine.md); default `streamed`. */
  readonly weights?: 'streamed' | 'folded';
  /** Run onnxruntime in a worker thread of this process (default true), so that the caller's event loop stays free. */
  readonly threaded?: boolean;
}

export interface EngineMemory {
  /** Private (anonymous) resident bytes of the process, mapped weights not counted. */
  readonly privateBytes: number;
  /** Estimated bytes held by open sessions. */
  readonly sessionBytes: number;
  readonly openSessions: number;
}

export interface LoadOptions {
  /** Finds a textual-inversion file by the name written after `embedding:`; undefined when there is none. */
  readonly findEmbedding?: (name: string) => Promise<string | undefined>;
  /** Told what a prompt goes on without, such as an embedding that was not found. */
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface Engine {
  /** Reads headers only; throws `EngineError` when the file is damaged or no Stable Diffusion 1.x checkpoint. */
  loadCheckpoint(path: string, options?: LoadOptions): Promise<LoadedCheckpoint>;
  loadVae(path: string, options?: LoadOptions): Promise<Vae>;
  /** Reads headers only; throws `EngineError` when the file is damaged or no upscale model of a known architecture. */
  loadUpscaleModel(path: string, options?: LoadOptions): Promise<UpscaleModel>;
  /** Decoder of a tiny autoencoder (TAESD), for previews. */
  loadTinyDecoder(path: string, options?: LoadOptions): Promise<TinyDecoder>;
  /** A tiny autoencoder as a VAE, from its two files. */
  loadTinyVae(
    paths: { readonly encoder: string; readonly decoder: string },
    family: Pick<TinyFamily, 'scale' | 'shift'>,
    options?: LoadOptions,
  ): Promise<Vae>;
  /** Closes all sessions; handles stay usable and reopen them when needed. */
  unloadModels(): Promise<void>;
  memory(): EngineMemory;
  /** Threads for pictures; none is started before there is work for it. */
  readonly pixels: PixelThreads;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Share of the machine's memory that the engine may take unless told otherwise. */
const DEFAULT_BUDGET_SHARE = 0.75;

/** Makes an engine. Nothing is loaded, not even onnxruntime, before a model runs. */
export function createEngine(options: EngineOptions = {}): Engine {
  const { device = 'cpu', weights = 'streamed', threaded = true, deterministic = false } = options;
  const threads = deterministic ? 1 : (options.threads ?? 0);
  const budgetBytes = options.memoryBudgetBytes ?? Math.floor(machineMemoryBytes() * DEFAULT_BUDGET_SHARE);
  const runtime = new Runtime({ device, threads, isThreaded: threaded, budgetBytes });
  const pixels = new PixelThreads({ threads: options.threads ?? 0 });
  const style = graphStyleFor(device, weights);

  return {
    async loadCheckpoint(path, { findEmbedding, onWarning, signal } = {}) {
      signal?.throwIfAborted();
      return loadStableDiffusion1(path, { runtime, style, findEmbedding, onWarning });
    },
    async loadVae(path, { signal } = {}) {
      signal?.throwIfAborted();
      return loadVae(path, { runtime, style });
    },
    async loadUpscaleModel(path, { signal } = {}) {
      signal?.throwIfAborted();
      return loadUpscaleModel(path, { runtime, style });
    },
    async loadTinyDecoder(path, { signal } = {}) {
      signal?.throwIfAborted();
      return loadTinyDecoder(path, { runtime, style });
    },
    async loadTinyVae(paths, family, { signal } = {}) {
      signal?.throwIfAborted();
      return loadTinyVae(paths, family, { runtime, style });
    },
    unloadModels: () => runtime.unload(),
    memory: () => ({ privateBytes: privateMemoryBytes(), ...runtime.statistics() }),
    pixels,
    async [Symbol.asyncDispose]() {
      await Promise.all([runtime.dispose(), pixels[Symbol.asyncDispose]()]);
    },
  };
}
