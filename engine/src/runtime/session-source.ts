// What a session is made from. Models hand these to the runtime; the graph is encoded only when the session is opened, and
// opened again when it was closed in between, so handles on models stay valid for ever.
import { EngineError } from '../errors.ts';
import { currentIdentity } from '../formats/byte-file.ts';
import type { EncodeModelOptions } from '../onnx/encode-model.ts';
import type { Graph } from '../onnx/graph.ts';
import type { Device, SessionTuning } from './backend.ts';

/** The file that holds the weights, as it was when its header was read. */
export interface ModelFile {
  /** Real path: weights are looked up in its directory. */
  readonly path: string;
  /** Real path, size and modification time. */
  readonly identity: string;
}

export interface SessionSource {
  readonly file: ModelFile;
  /** For people and for the cache: `UNet`, `VAE decoder`, ... */
  readonly part: string;
  /** Distinguishes graphs of the same part, such as an override of the number of heads. */
  readonly variant: string;
  readonly graph: Graph;
  readonly encoding: EncodeModelOptions;
  readonly tuning: SessionTuning;
  /** Estimate of the private memory that the open session holds between runs. */
  readonly residentBytes: number;
}

/** Key of the session cache. */
export function sessionKey({ file, part, variant }: SessionSource, device: Device): string {
  return [file.identity, part, variant, device].join('\n');
}

/**
 * Weights are mapped, not copied: a file that changed would be computed with as it is now.
 * @throws EngineError MODEL_FILE_CHANGED
 */
export async function requireUnchanged({ path, identity }: ModelFile): Promise<void> {
  if ((await currentIdentity(path)) !== identity) throw new EngineError('MODEL_FILE_CHANGED', { path });
}
