// The one seam to onnxruntime: sessions are opened, run and closed by number. There are two backends with this interface, one on
// the calling thread and one on a worker thread; nothing else in the engine knows which is used.

import type { Tensor } from '../tensor/tensor.ts';

export type Device = 'cpu' | 'webgpu' | 'cuda';

/** Inputs of a run by name: floats, or int32 for token ids. */
export type Feeds = Readonly<Record<string, Tensor | IntegerTensor>>;

export interface IntegerTensor {
  readonly data: Int32Array;
  readonly dims: readonly number[];
}

/** How onnxruntime treats a graph; the right values depend on the kind of weights (docs/engine.md). */
export interface SessionTuning {
  /** `all` also moves convolutions to a blocked layout: faster runs, slower loading, more memory. */
  readonly optimization: 'extended' | 'all';
}

export interface OpenRequest {
  /** Encoded ONNX model. */
  readonly model: Uint8Array;
  /** Directory that the locations of external weights are relative to. */
  readonly folder: string;
  readonly device: Device;
  /** 0 = as many as physical cores. */
  readonly threads: number;
  readonly tuning: SessionTuning;
}

export interface InferenceBackend {
  /** Number of the new session. */
  open(request: OpenRequest): Promise<number>;
  /** Feeds all inputs and fetches the named outputs. The feeds are not changed; the results belong to the caller. */
  run<Output extends string>(
    session: number,
    feeds: Feeds,
    outputs: readonly Output[],
  ): Promise<Readonly<Record<Output, Tensor>>>;
  close(session: number): Promise<void>;
  /** Closes everything that is open; called once, when nothing runs. */
  dispose(): Promise<void>;
}
