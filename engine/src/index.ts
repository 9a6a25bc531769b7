export type { Engine, EngineMemory, EngineOptions, LoadOptions } from './engine.ts';
export type {
  CallOptions,
  Conditioning,
  ConditioningEntry,
  ConditioningOptions,
  DiffusionModel,
  LatentFormat,
  LoadedCheckpoint,
  NoiseParameterization,
  TextEncoder,
  Vae,
} from './models/model.ts';
export type { Tensor } from './tensor/tensor.ts';
