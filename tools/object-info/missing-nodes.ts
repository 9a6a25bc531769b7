// Why a node of the reference is not here. A class that is neither implemented nor named here fails a test.

interface MissingFamily {
  readonly reason: string;
  readonly categories?: RegExp;
  readonly classes?: readonly string[];
}

const families: readonly MissingFamily[] = [
  {
    reason: 'needs an image encoder (CLIP vision), which this version does not load',
    categories: /^conditioning\/(3d_models|style_model)$/,
    classes: [
      'CLIPVisionLoader',
      'CLIPVisionEncode',
      'ImageOnlyCheckpointLoader',
      'ImageOnlyCheckpointSave',
      'StyleModelLoader',
      'unCLIPCheckpointLoader',
      'SVD_img2vid_Conditioning',
      'Hunyuan3Dv2Conditioning',
      'Hunyuan3Dv2ConditioningMultiView',
    ],
  },
  {
    reason: 'needs an audio encoder (wav2vec 2.0 or Whisper), which this version does not load',
    categories: /^audio_encoder$/,
    classes: [
      'AudioEncoderLoader',
      'AudioEncoderEncode',
      'WanSoundImageToVideo',
      'WanSoundImageToVideoExtend',
      'WanHuMoImageToVideo',
    ],
  },
  {
    reason: 'needs a VAE of sounds (Stable Audio, ACE-Step), which this version does not load',
    classes: ['VAEEncodeAudio', 'VAEDecodeAudio'],
  },
  {
    reason: 'needs the VAE of shapes of Hunyuan3D, which this version does not load',
    classes: ['VAEDecodeHunyuan3D'],
  },
  {
    reason:
      'prepares what only one video model reads (Wan Fun Camera, Wan ATI, Wan Animate); no such model is loaded and no calls are recorded',
    classes: ['WanCameraEmbedding', 'WanTrackToVideo', 'WanAnimateToVideo'],
  },
  {
    reason: 'needs a text encoder other than CLIP (T5, BERT, Gemma, Llama or Qwen), which this version does not load',
    classes: [
      'CLIPTextEncodeHunyuanDiT',
      'CLIPTextEncodeHiDream',
      'CLIPTextEncodeLumina2',
      'T5TokenizerOptions',
      'TextEncodeAceStepAudio',
      'TextEncodeHunyuanVideo_ImageToVideo',
      'TextEncodeQwenImageEdit',
      'TextEncodeQwenImageEditPlus',
    ],
  },
  {
    reason: 'needs ControlNet models, which this version does not load',
    categories: /^conditioning\/controlnet$/,
    classes: ['ControlNetLoader', 'DiffControlNetLoader'],
  },
  {
    reason: 'needs GLIGEN models, which this version does not load',
    categories: /^conditioning\/gligen$/,
    classes: ['GLIGENLoader'],
  },
  {
    reason: 'carries the text embedding of the Lotus depth models, which this version does not load',
    categories: /^conditioning\/lotus$/,
  },
  {
    reason: 'needs PhotoMaker models and their image encoder, which this version does not load',
    categories: /^_for_testing\/photomaker$/,
  },
  {
    reason: 'needs changes of weights (LoRA, hypernetworks), which this version does not load',
    categories: /^advanced\/hooks\/create$/,
    classes: ['LoraLoader', 'LoraLoaderModelOnly', 'LoraModelLoader', 'HypernetworkLoader'],
  },
  {
    reason: 'mixes, subtracts or writes the weights of models, which this version only reads',
    categories: /^advanced\/model_merging/,
    classes: ['LoraSave'],
  },
  {
    reason: 'trains, or writes what a training gave: this version computes no gradients',
    categories: /^training$/,
    classes: ['SaveLoRANode'],
  },
  {
    reason: 'needs patch models of Flux or Qwen Image, which this version does not load',
    categories: /^advanced\/(model_patches|loaders\/qwen)/,
    classes: ['ModelPatchLoader'],
  },
  {
    reason:
      'loads single networks, or checkpoints that come with a config or as folders; this version loads whole files',
    categories: /^advanced\/loaders/,
  },
  {
    reason: 'merges or tiles tokens by random choices of its own, which no recording shows',
    classes: ['TomePatchModel', 'HyperTile'],
  },
  {
    reason: 'leaves steps out by thresholds that no recording shows: the picture would be another one',
    classes: ['EasyCache', 'LazyCache'],
  },
  {
    reason: 'samples long videos in windows, for models that this version does not load; no runs are recorded',
    classes: ['ContextWindowsManual', 'WanContextWindowsManual'],
  },
  {
    reason: 'sets options of Chroma Radiance, which this version does not load',
    classes: ['ChromaRadianceOptions'],
  },
];

/** Undefined for a class that should be here. */
export function reasonMissing(name: string, category: string): string | undefined {
  return families.find(
    ({ classes, categories }) => classes?.includes(name) === true || categories?.test(category) === true,
  )?.reason;
}
