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
      'CLIPVisionEncode',
      'SVD_img2vid_Conditioning',
      'Hunyuan3Dv2Conditioning',
      'Hunyuan3Dv2ConditioningMultiView',
    ],
  },
  {
    reason: 'needs an audio encoder (wav2vec 2.0 or Whisper), which this version does not load',
    categories: /^audio_encoder$/,
    classes: ['AudioEncoderEncode', 'WanSoundImageToVideo', 'WanSoundImageToVideoExtend', 'WanHuMoImageToVideo'],
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
  },
  { reason: 'needs GLIGEN models, which this version does not load', categories: /^conditioning\/gligen$/ },
  {
    reason: 'carries the text embedding of the Lotus depth models, which this version does not load',
    categories: /^conditioning\/lotus$/,
  },
  {
    reason: 'needs networks that this version does not load',
    categories:
      /^(advanced\/model_merging|advanced\/model_patches|advanced\/loaders|advanced\/hooks\/(clip|create)|loaders|training)/,
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
  {
    reason: 'changes the attention of the text encoder, whose graph has no variants yet',
    classes: ['CLIPAttentionMultiply'],
  },
  { reason: 'shows or makes three-dimensional models', categories: /^3d$/ },
];

/** Undefined for a class that should be here. */
export function reasonMissing(name: string, category: string): string | undefined {
  return families.find(
    ({ classes, categories }) => classes?.includes(name) === true || categories?.test(category) === true,
  )?.reason;
}
