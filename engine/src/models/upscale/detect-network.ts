// The architectures of upscale models that are known. To add one, write its network and name it here.
import { compactNetwork } from './compact-network.ts';
import { rrdbNetwork } from './rrdb-network.ts';
import type { UpscaleKeys, UpscaleNetwork } from './upscale-network.ts';

const detectors: readonly ((file: UpscaleKeys) => UpscaleNetwork | undefined)[] = [rrdbNetwork, compactNetwork];

/** Undefined when the keys are of none of them. @throws EngineError MODEL_UNSUPPORTED, MODEL_INCONSISTENT, TENSOR_MISSING */
export function upscaleNetworkOf(file: UpscaleKeys): UpscaleNetwork | undefined {
  for (const detect of detectors) {
    const network = detect(file);
    if (network) return network;
  }
  return undefined;
}
