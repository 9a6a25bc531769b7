// What the server needs from others. `cli` plugs in the worker host and the codecs; the server knows no node, no model and
// no image format.
import type { Prompt, ValidationOutcome } from '@snug/protocol';
import type { ModelFilePage } from '@snug/store';

/** A document kept ready to be sent. */
export interface PreparedJson {
  readonly json: string;
  /** Strong ETag, quotes included. */
  readonly etag: string;
}

export interface DeviceStats {
  readonly name: string;
  readonly type: string;
  readonly index: number | null;
  readonly vramTotalBytes: number;
  readonly vramFreeBytes: number;
  readonly torchVramTotalBytes: number;
  readonly torchVramFreeBytes: number;
}

/** Whether prompts can run. */
export interface RunnerHealth {
  /** `starting` also while a worker process that ended is being replaced, `failing` when that keeps going wrong. */
  readonly state: 'ready' | 'starting' | 'failing' | 'stopped';
  /** Why it is not ready; null when it is. */
  readonly reason: string | null;
  /** Worker processes that were started because one before them had ended. */
  readonly restarts: number;
}

export interface RunnerMemory {
  readonly residentBytes: number;
  /** Without what is shared with files, such as mapped weights. */
  readonly privateBytes: number;
}

/**
 * Runs prompts and knows the nodes. Methods may reject with an error whose `isTemporary` is true: nothing is wrong with the
 * request, but there is no worker process for it now.
 */
export interface PromptRunner {
  /** Checks and coerces a prompt. Never throws for bad prompts: problems are values; `worker_unavailable` is a temporary one. */
  validate(prompt: Prompt, options: { targets: readonly string[] | null }): Promise<ValidationOutcome>;
  /** Whole node catalogue with live option lists. */
  objectInfo(): Promise<PreparedJson>;
  /** One class as `{"Class": {...}}`, or `{}`. */
  objectInfoOf(classType: string): Promise<PreparedJson>;
  /** Interrupts the running prompt; with an id only if that one is running. Answers whether something was told to stop. */
  interrupt(promptId?: string): Promise<boolean>;
  free(request: { unloadModels: boolean; freeMemory: boolean }): Promise<void>;
  devices(): Promise<readonly DeviceStats[]>;
  /** Answers at once, whatever the workers do. A runner without it is taken to be ready. */
  health?(): Promise<RunnerHealth>;
  /** Memory of the worker process; may take as long as that one is busy. Rejects when there is none. */
  memory?(): Promise<RunnerMemory>;
}

/** Model folders as clients see them (spec files.md section 3). */
export interface ModelFolders {
  /** Folder keys in registration order, without aliases. */
  keys(): readonly string[];
  /** Relative file names with `/`, sorted by code point; undefined for an unknown key. */
  list(key: string): Promise<readonly string[] | undefined>;
  /** Search folders of a key, absolute, in order; undefined for an unknown key. */
  foldersOf(key: string): readonly string[] | undefined;
  /** Extensions that a key lists, lower case with the point; empty for every file, undefined for an unknown key. */
  extensionsOf(key: string): readonly string[] | undefined;
  /** Weight files of a key with size and times, folder by folder, or one page of them; undefined for an unknown key. */
  weightFiles(
    key: string,
    page?: { readonly offset: number; readonly limit: number },
  ): Promise<ModelFilePage | undefined>;
  /** Absolute path of a file by its listed name; undefined when there is none. A name cannot climb out of the folders. */
  resolve(key: string, name: string): string | undefined;
}

/** Pixels for `/view` and `/upload/mask` (spec http.md 6.2, 6.3). Every method throws when its bytes are no readable image. */
export interface ImageCodec {
  /** The picture at full size in another format. `keepAlpha: false` drops transparency without compositing. */
  encode(
    image: Uint8Array,
    options: { readonly format: 'jpeg' | 'webp'; readonly quality: number; readonly keepAlpha: boolean },
  ): Promise<Uint8Array>;
  /** PNG of the colour channels: alpha is dropped, not composited; grey becomes RGB. */
  colorChannels(image: Uint8Array): Promise<Uint8Array>;
  /** RGBA PNG, black, with the alpha of the image (opaque where it has none). */
  alphaChannel(image: Uint8Array): Promise<Uint8Array>;
  /** RGBA PNG (compression 4) of `original` with the alpha of `mask`; keeps the text chunks of `original`. */
  replaceAlpha(original: Uint8Array, mask: Uint8Array): Promise<Uint8Array>;
}
