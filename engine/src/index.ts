export { createEngine, type Engine, type EngineMemory, type EngineOptions, type LoadOptions } from './engine.ts';
export { EngineError, type EngineErrorCode, type EngineErrorDetails, engineErrorMessages } from './errors.ts';
export type { ElementTypeName } from './formats/element-types.ts';
export { openSafetensors, type SafetensorsFile } from './formats/safetensors.ts';
export type { TensorEntry } from './formats/safetensors-header.ts';
export {
  encodeSafetensors,
  type RawTensor,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './formats/write-safetensors.ts';
export { bislerp } from './media/bislerp.ts';
export { type ByteImage, imageToBytes } from './media/byte-image.ts';
export { type CompositeOptions, compositeImages, compositeLatents } from './media/composite.ts';
export { type DecodedImage, type DecodeImageOptions, decodeImage } from './media/decode-image.ts';
export { encodeJpeg } from './media/encode-jpeg.ts';
export { type EncodePngOptions, encodePng } from './media/encode-png.ts';
export { type EncodePreviewOptions, encodePreview } from './media/encode-preview.ts';
export { encodeWebp } from './media/encode-webp.ts';
export { type FitImageOptions, type FitMethod, fitImage, fitMethods } from './media/fit-images.ts';
export { type GrowOptions, growMask } from './media/grow-mask.ts';
export { grownMask, type InpaintPixels, inpaintPixels } from './media/inpaint-pixels.ts';
export { invertImage } from './media/invert-image.ts';
export {
  channelMask,
  colorMask,
  combineMasks,
  cropMask,
  featherMask,
  type Margins,
  type MaskChannel,
  type MaskOperation,
  maskBatch,
  maskChannels,
  maskOperations,
  maskToImage,
  type Rectangle,
  solidMask,
  thresholdMask,
} from './media/masks.ts';
export { readPngTexts } from './media/png-chunks.ts';
export { type PorterDuffInputs, type PorterDuffMode, porterDuff, porterDuffModes } from './media/porter-duff.ts';
export { type ResizeOptions, resizePlanes } from './media/resize-planes.ts';
export { type ImageScaleMethod, imageScaleMethods, type ScaleImageOptions, scaleImage } from './media/scale-image.ts';
export { type SolidImageOptions, solidImage } from './media/solid-image.ts';
export type {
  GuidanceHooks,
  GuidanceMoment,
  GuidancePatch,
  GuidanceSides,
} from './models/guidance-patch.ts';
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
export type { TinyDecoder } from './models/taesd/tiny-autoencoder.ts';
export { type TinyFamily, tinyFamilies, tinyFamilyOf } from './models/taesd/tiny-families.ts';
export { type AddNoiseOptions, addNoise } from './sampling/add-noise.ts';
export {
  averageConditioning,
  concatConditioning,
  withConditioningOptions,
  zeroConditioning,
} from './sampling/edit-conditioning.ts';
export {
  type AdaptiveProjectedOptions,
  adaptiveProjectedGuidance,
} from './sampling/guidance/adaptive-projected.ts';
export { basicGuidance, type CfgGuidanceOptions, cfgGuidance } from './sampling/guidance/classifier-free.ts';
export { type DualGuidanceOptions, dualGuidance } from './sampling/guidance/dual.ts';
export { type FrameGuidanceOptions, frameGuidance } from './sampling/guidance/frame-scales.ts';
export type { Guidance, GuidanceStep, GuidedEstimate } from './sampling/guidance/guidance.ts';
export {
  type PerpendicularNegativeOptions,
  perpendicularNegativeGuidance,
} from './sampling/guidance/perpendicular-negative.ts';
export { latentToRgb } from './sampling/latent-format.ts';
export {
  type LatentOperation,
  operatedGuidance,
  reinhardTonemap,
  type SharpenOptions,
  sharpen,
} from './sampling/latent-operations.ts';
export { type NoiseShape, type NoiseSource, randomNoise, withoutNoise } from './sampling/noise-source.ts';
export { parameterizationOf } from './sampling/parameterizations/parameterization-of.ts';
export type { LatentInput, RunOptions, SamplingStep } from './sampling/run-options.ts';
export { type SampleOptions, type StepRange, sample } from './sampling/sample.ts';
export { type Guider, type SampleGuidedOptions, sampleGuided } from './sampling/sample-guided.ts';
export type { SampledLatent } from './sampling/sample-sigmas.ts';
export { lms } from './sampling/samplers/adams-bashforth.ts';
export { eulerBeyondGuided, eulerCfgPlusPlus } from './sampling/samplers/cfg-plus-plus.ts';
export { type DpmAdaptiveOptions, dpmAdaptive } from './sampling/samplers/dpm-adaptive.ts';
export { dpmpp2sAncestral } from './sampling/samplers/dpmpp-2s-ancestral.ts';
export { dpmpp2mSde, dpmpp3mSde } from './sampling/samplers/dpmpp-multistep-sde.ts';
export { dpmppSde } from './sampling/samplers/dpmpp-sde.ts';
export { type ErSdeVariant, erSdeOf, erSdeVariants } from './sampling/samplers/er-sde.ts';
export { eulerAncestral } from './sampling/samplers/euler.ts';
export {
  type LcmUpscaleMethod,
  type LcmUpscaleOptions,
  lcmUpscale,
  lcmUpscaleMethods,
} from './sampling/samplers/lcm-upscale.ts';
export { saSolver } from './sampling/samplers/sa-solver.ts';
export type { Sampler, SamplerDefinition, SamplerRun } from './sampling/samplers/sampler.ts';
export { type SamplerName, samplerNamed, samplerNames } from './sampling/samplers/samplers.ts';
export { betaSigmas } from './sampling/schedulers/beta.ts';
export {
  extendSigmas,
  flipSigmas,
  type SigmaSpacing,
  sigmaSpacings,
  splitSigmas,
  splitSigmasByDenoise,
  withFirstSigma,
} from './sampling/schedulers/edit-sigmas.ts';
export { exponentialSigmas } from './sampling/schedulers/exponential.ts';
export { karrasSigmas } from './sampling/schedulers/karras.ts';
export { laplaceSigmas } from './sampling/schedulers/laplace.ts';
export { polyexponentialSigmas } from './sampling/schedulers/polyexponential.ts';
export { gitsSigmas, publishedSigmas } from './sampling/schedulers/published-schedules.ts';
export { type SchedulerName, schedulerNames } from './sampling/schedulers/schedulers.ts';
export { sdTurboSigmas } from './sampling/schedulers/sd-turbo.ts';
export { shiftedFlowSigmas } from './sampling/schedulers/shifted-flow.ts';
export { basicSigmas } from './sampling/schedulers/step-sigmas.ts';
export { variancePreservingSigmas } from './sampling/schedulers/variance-preserving.ts';
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
