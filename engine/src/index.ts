export { createEngine, type Engine, type EngineMemory, type EngineOptions, type LoadOptions } from './engine.ts';
export { EngineError, type EngineErrorCode, type EngineErrorDetails, engineErrorMessages } from './errors.ts';
export type { ElementTypeName } from './formats/element-types.ts';
export { openSafetensors, type SafetensorsFile } from './formats/safetensors.ts';
export type { TensorEntry } from './formats/safetensors-header.ts';
export { type RawTensor, type WriteSafetensorsOptions, writeSafetensors } from './formats/write-safetensors.ts';
export { type ByteImage, imageToBytes } from './media/byte-image.ts';
export { type DecodedImage, type DecodeImageOptions, decodeImage } from './media/decode-image.ts';
export { encodeJpeg } from './media/encode-jpeg.ts';
export { type EncodePngOptions, encodePng } from './media/encode-png.ts';
export { type EncodePreviewOptions, encodePreview } from './media/encode-preview.ts';
export { encodeWebp } from './media/encode-webp.ts';
export { invertImage } from './media/invert-image.ts';
export { readPngTexts } from './media/png-chunks.ts';
export { type ResizeOptions, resizePlanes } from './media/resize-planes.ts';
export { type ImageScaleMethod, imageScaleMethods, type ScaleImageOptions, scaleImage } from './media/scale-image.ts';
export { type SolidImageOptions, solidImage } from './media/solid-image.ts';
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
  TileOptions,
  Vae,
  VaeCallOptions,
} from './models/model.ts';
export { latentToRgb } from './sampling/latent-format.ts';
export type { LatentInput, RunOptions, SamplingStep } from './sampling/run-options.ts';
export { type SampleOptions, type StepRange, sample } from './sampling/sample.ts';
export { type SamplerName, samplerNames } from './sampling/samplers/samplers.ts';
export { type SchedulerName, schedulerNames } from './sampling/schedulers/schedulers.ts';
export { type NoiseRequest, type PreparedNoise, prepareNoise } from './tensor/initial-noise.ts';
export { type Seed, SeededGenerator } from './tensor/seeded-generator.ts';
export type { Tensor } from './tensor/tensor.ts';
export { loadClipTokenizer, type TextTokenizer } from './tokenizers/clip-tokenizer.ts';
export {
  clipChunkLayouts,
  type TokenizedPrompt,
  type TokenizeOptions,
  tokenizeWeighted,
} from './tokenizers/prompt-tokens.ts';
export { type PromptSegment, parsePromptWeights } from './tokenizers/prompt-weights.ts';
export { readTextualInversion } from './tokenizers/textual-inversion.ts';
export type { ChunkLayout, PromptToken } from './tokenizers/token-chunks.ts';
