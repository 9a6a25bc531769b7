// What the built-in nodes put between each other (spec node-contract.md section 6) and what they need from their process,
// taught to `execution` by declaration merging. A process that runs these nodes passes `NodeServices` and `NodeEnvironment` to
// `createExecutor`; the file ports are structural parts of `store`'s BlobStore.
import type {
  Conditioning,
  DiffusionModel,
  Engine,
  Guider,
  LatentOperation,
  NoiseSource,
  SamplerDefinition,
  Tensor,
  TextEncoder,
  UpscaleModel,
  Vae,
  Video,
} from '@snug/engine';
import type { FilePlace, FileReference } from '@snug/protocol';

/** LATENT. Keys are those of the wire world, because node packs exchange them. */
export interface Latent {
  /** [batch, channels, height / 8, width / 8] */
  readonly samples: Tensor;
  /** [batch, 1, height, width] or [batch, height, width]; 1 = denoise. */
  readonly noise_mask?: Tensor;
  /** Position of each item in the batch it was taken from; selects its noise. */
  readonly batch_index?: readonly number[];
  /** Of what is no picture or video: `audio`, `hunyuan3dv2`. */
  readonly type?: string;
}

/** SVG: drawings as the texts of whole files. */
export interface Svg {
  readonly documents: readonly string[];
}

/** VOXEL: occupancies. */
export interface Voxels {
  /** [batch, x, y, z] */
  readonly data: Tensor;
}

/** MESH: triangles, one list for each item of the batch. */
export interface Mesh {
  /** x, y and z of each vertex. */
  readonly vertices: readonly Float32Array[];
  /** Three vertices of each triangle. */
  readonly faces: readonly Uint32Array[];
}

/** AUDIO. */
export interface Audio {
  /** [batch, channels, samples], -1..1 */
  readonly waveform: Tensor;
  /** Hertz. */
  readonly sample_rate: number;
}

/** TIMESTEPS_RANGE: start and end, shares (0..1) of the denoising. */
export type TimestepsRange = readonly [start: number, end: number];

/** One of HOOK_KEYFRAMES: how strongly hooks act from a share (0..1) of the denoising on. */
export interface HookKeyframe {
  readonly strength: number;
  readonly start_percent: number;
}

/**
 * One of HOOKS: a change that a conditioning asks of models while it is used. What it changes is known to whoever made it; this
 * version has no node that makes one.
 */
export interface Hook {
  /** How strongly it acts over the denoising; default fully, from the start. */
  readonly keyframes?: readonly HookKeyframe[];
}

/** Where the files of `input`, `output` and `temp` are. */
export interface NodeFiles {
  /** Path of a local copy; undefined when there is no such file or the name leaves its place. */
  localPath(reference: FileReference): Promise<string | undefined>;
  read(reference: FileReference): Promise<Uint8Array>;
  /** Undefined when there is no such file. */
  stat(reference: FileReference): Promise<{ readonly sizeBytes: number; readonly modifiedMs: number } | undefined>;
  /** What is directly in a subfolder, by code point; nothing when there is no such folder. */
  list(place: FilePlace, subfolder?: string): Promise<readonly { readonly name: string; readonly isFolder: boolean }[]>;
  /** Throws when the name leaves its place. */
  write(reference: FileReference, bytes: Uint8Array): Promise<void>;
  /**
   * As `write`, for large files: `produce` writes to the path that it is given, which becomes the file when it is done.
   * When it fails, nothing remains.
   */
  writeWith(reference: FileReference, produce: (path: string) => Promise<void>): Promise<void>;
  /**
   * Names for new files after a filename prefix, with its tokens resolved and its next free numbers (spec files.md
   * section 5). Throws when the prefix leads out of the place.
   */
  newFiles(place: FilePlace, prefix: string, files: NewFiles): Promise<readonly FileReference[]>;
}

export interface NewFiles {
  readonly count: number;
  /** Without a dot. */
  readonly extension: string;
  /** Pixels; 0 for what is no image. */
  readonly width: number;
  readonly height: number;
}

export type PreviewMethod = 'none' | 'auto' | 'latent2rgb' | 'taesd';

export interface NodeSettings {
  /** Writes no prompt and workflow into pictures. */
  readonly disableMetadata: boolean;
  /** Previews of samplers; a prompt's `extra_data.preview_method` goes before. */
  readonly previewMethod: PreviewMethod;
  /** Longest side of previews in pixels. */
  readonly previewSize: number;
  /** `0.3`: ancestral samplers draw their step noise as old versions did. */
  readonly compatNoise?: '0.3';
}

/** Model files by folder key (`checkpoints`, `vae`, `embeddings`; spec files.md section 3). */
export interface ModelFiles {
  /** Names as the option lists show them, sorted; as of the last refresh of the process. */
  list(key: string): readonly string[];
  /** Path of a file; undefined when there is none of that name. */
  resolve(key: string, name: string): Promise<string | undefined>;
}

declare module '@snug/execution' {
  interface DataTypes {
    readonly IMAGE: Tensor;
    readonly MASK: Tensor;
    readonly LATENT: Latent;
    readonly AUDIO: Audio;
    readonly VIDEO: Video;
    readonly CONDITIONING: Conditioning;
    readonly MODEL: DiffusionModel;
    readonly CLIP: TextEncoder;
    readonly VAE: Vae;
    readonly UPSCALE_MODEL: UpscaleModel;
    readonly NOISE: NoiseSource;
    readonly SAMPLER: SamplerDefinition;
    /** Noise levels, usually falling and ending in 0. */
    readonly SIGMAS: Float32Array;
    readonly GUIDER: Guider;
    readonly LATENT_OPERATION: LatentOperation;
    readonly TIMESTEPS_RANGE: TimestepsRange;
    readonly HOOKS: readonly Hook[];
    readonly HOOK_KEYFRAMES: readonly HookKeyframe[];
    readonly VOXEL: Voxels;
    readonly MESH: Mesh;
    readonly SVG: Svg;
  }
  interface NodeServices {
    readonly engine: Engine;
    readonly models: ModelFiles;
    readonly files: NodeFiles;
    readonly settings: NodeSettings;
    /** For the log of the server: what a node goes on without. */
    readonly warn: (message: string) => void;
  }
  interface NodeEnvironment {
    readonly models: ModelFiles;
    readonly files: NodeFiles;
    /** Files directly in the input folder, sorted; as of the last refresh of the process. */
    inputFiles(): readonly string[];
    /** Folders directly in the input folder, likewise. */
    inputFolders(): readonly string[];
  }
}
