export { createEngine, type Engine, type EngineMemory, type EngineOptions, type LoadOptions } from './engine.ts';
export { EngineError, type EngineErrorCode, type EngineErrorDetails, engineErrorMessages } from './errors.ts';
export type { ElementTypeName } from './formats/element-types.ts';
export { openSafetensors, type SafetensorsFile } from './formats/safetensors.ts';
export { openTensorFile } from './formats/tensor-file.ts';
export type { TensorEntry, TensorFile } from './formats/tensor-table.ts';
export {
  encodeSafetensors,
  type RawTensor,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './formats/write-safetensors.ts';
export { concatAxis, flipAxis, rotatePlanes, sliceAxis } from './latents/axes.ts';
export { fitBatch, repeatBatch } from './latents/batches.ts';
export { momentMask, replaceFrames } from './latents/known-frames.ts';
export { interpolateLatents, matchPlaces, mixLatents } from './latents/mix-latents.ts';
export { type PasteOptions, pasteLatent } from './latents/paste-latent.ts';
export { patchMask } from './latents/patch-mask.ts';
export {
  type LatentScaleMethod,
  latentScaleMethods,
  type ScaleLatentOptions,
  scaleLatent,
} from './latents/scale-latent.ts';
export {
  latentFrames,
  modelZeros,
  type VideoExtent,
  type VideoFormat,
  videoFormats,
  videoLatentDims,
} from './latents/video-formats.ts';
export { type ImageNoiseOptions, imageNoiseWork } from './media/add-image-noise.ts';
export { type AnimatedPngOptions, animatedPngFile } from './media/animated-png-file.ts';
export { type AnimatedWebpOptions, encodeAnimatedWebp } from './media/animated-webp.ts';
export { type AudioClip, audioShape } from './media/audio/audio-clip.ts';
export { type DecodeMediaOptions, decodeAudio } from './media/audio/decode-audio.ts';
export {
  amplifyAudio,
  type SilenceOptions,
  silence,
  splitStereo,
  type TrimOptions,
  trimAudio,
} from './media/audio/edit-audio.ts';
export { type AudioFormat, type EncodeAudioOptions, encodeAudio } from './media/audio/encode-audio.ts';
export { type AudioMergeMethod, audioMergeMethods, concatAudio, mergeAudio } from './media/audio/join-audio.ts';
export { type ResampleAudioOptions, resampleAudio } from './media/audio/resample-audio.ts';
export { bislerp } from './media/bislerp.ts';
export { type BlendMode, type BlendOptions, blendModes, blendWork } from './media/blend-images.ts';
export { type BlurOptions, blurWork, type SharpenImageOptions, sharpenWork } from './media/blur-image.ts';
export { type ByteImage, imageToBytes } from './media/byte-image.ts';
export { type CannyOptions, cannyWork } from './media/canny-edges.ts';
export { type CompositeOptions, compositeImages, compositeLatents, compositeWork } from './media/composite.ts';
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
export { encodeGlb } from './media/mesh/encode-glb.ts';
export { type TriangleMesh, type VoxelSurfaceOptions, voxelSurface } from './media/mesh/voxel-surface.ts';
export {
  type MorphologyOperation,
  type MorphologyOptions,
  morphologyOperations,
  morphologyWork,
} from './media/morphology.ts';
export { type FitOptions, fitWork, type OutpaintOptions, outpaintWork } from './media/pad-image.ts';
export { PixelThreads, type PixelThreadsOptions } from './media/pixel-threads.ts';
export { doPixelWork, type PixelWork } from './media/pixel-work.ts';
export { type Area, cutWork, flipWork, joinWork, repeatWork, rotateWork, takePictures } from './media/place-pixels.ts';
export { readPngTexts } from './media/png-chunks.ts';
export { type PorterDuffInputs, type PorterDuffMode, porterDuff, porterDuffModes } from './media/porter-duff.ts';
export { type Dither, dithers, type QuantizeOptions, quantizeWork } from './media/quantize-image.ts';
export { type ResizeOptions, resizePlanes } from './media/resize-planes.ts';
export {
  type ImageScaleMethod,
  imageScaleMethods,
  type ScaleImageOptions,
  scaleImage,
  scaleWork,
} from './media/scale-image.ts';
export { type SolidImageOptions, solidImage } from './media/solid-image.ts';
export {
  type StitchDirection,
  type StitchOptions,
  type StripeColor,
  stitchDirections,
  stitchWork,
  stripeColors,
} from './media/stitch-images.ts';
export { type FrameRate, frameRateOf, framesPerSecond } from './media/video/frame-rate.ts';
export { h264RoundTrip, type RoundTripOptions } from './media/video/h264-round-trip.ts';
export { type SaveVideoOptions, saveVideo } from './media/video/save-video.ts';
export { type Video, type VideoComponents, videoComponents, videoSize } from './media/video/video.ts';
export type { VideoCodec } from './media/video/video-encoder.ts';
export { rgbToYuvWork, yuvToRgbWork } from './media/yuv.ts';
export {
  type BothSides,
  type FurtherEstimate,
  type GuidanceHooks,
  type GuidanceMoment,
  type GuidancePatch,
  type GuidanceSides,
  withGuidancePatch,
} from './models/guidance-patch.ts';
export type {
  CallOptions,
  Conditioning,
  ConditioningEntry,
  ConditioningOptions,
  DiffusionModel,
  LatentFormat,
  LoadedCheckpoint,
  MaskOpening,
  NetworkInput,
  NoiseParameterization,
  TextEncoder,
  TileOptions,
  Vae,
  VaeCallOptions,
} from './models/model.ts';
export {
  type AttentionScaleChange,
  type DownscaleChange,
  type FreeUChange,
  type IdentityAttentionChange,
  type NetworkChange,
  type NetworkPatch,
  type ResizeMethod,
  resizeMethods,
  type SkippedLayersChange,
  withNetworkPatch,
} from './models/network-change.ts';
export {
  angleParameterization,
  continuousParameterization,
  continuousPredictions,
  cosineParameterization,
  discreteParameterization,
  discretePredictions,
  flowParameterization,
  fluxParameterization,
  playgroundLatentFormat,
  type ShiftRange,
  type SigmaRange,
  shiftOfTokens,
  withParameterization,
} from './models/reparameterized.ts';
export type { TinyDecoder } from './models/taesd/tiny-autoencoder.ts';
export { type TinyFamily, tinyFamilies, tinyFamilyOf } from './models/taesd/tiny-families.ts';
export type { UpscaleModel } from './models/upscale/upscale-model.ts';
export type { UpscalePassOptions } from './models/upscale/upscale-pass.ts';
export { pixelSpaceVae } from './models/vae/pixel-space.ts';
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
export { directionGuidance } from './sampling/guidance/direction-guidance.ts';
export { type DualGuidanceOptions, dualGuidance } from './sampling/guidance/dual.ts';
export { type FrameGuidanceOptions, frameGuidance } from './sampling/guidance/frame-scales.ts';
export { type FrequencyScales, frequencyGuidance } from './sampling/guidance/frequency-scales.ts';
export type { Guidance, GuidanceStep, GuidedEstimate, SidePlaces } from './sampling/guidance/guidance.ts';
export { optimallyScaledGuidance, tangentialGuidance } from './sampling/guidance/negative-projections.ts';
export { scaledNoiseGuidance } from './sampling/guidance/noise-scale.ts';
export {
  type PerpendicularNegativeOptions,
  perpendicularNegativeGuidance,
  perpendicularNegativePatch,
} from './sampling/guidance/perpendicular-negative.ts';
export {
  cellNormGuidance,
  type RenormOptions,
  renormalizedGuidance,
  rescaledGuidance,
} from './sampling/guidance/rescaled.ts';
export { type SelfAttentionOptions, selfAttentionGuidance } from './sampling/guidance/self-attention-guidance.ts';
export {
  negativeWithoutLayers,
  perturbedAttentionGuidance,
  type SkipLayerOptions,
  type SkippedLayers,
  skipLayerGuidance,
} from './sampling/guidance/weakened-model.ts';
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
export { roundHalfEven } from './tensor/round-half-even.ts';
export { type Seed, SeededGenerator } from './tensor/seeded-generator.ts';
export { elementCount, type Tensor } from './tensor/tensor.ts';
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
