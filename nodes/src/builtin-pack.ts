// All built-in nodes, in the order in which the menus of a front end first see them.
import type { NodePack } from '@snug/execution';
import { audioNodes } from './audio/audio-nodes.ts';
import { conditioningNodes } from './conditioning/conditioning-nodes.ts';
import { CLIPSetLastLayer, CLIPTextEncode } from './conditioning/text-encoding.ts';
import { fileNodes } from './files/file-nodes.ts';
import { imageNodes } from './image/image-nodes.ts';
import { latentNodes } from './latent/latent-nodes.ts';
import { CheckpointLoaderSimple, VAELoader } from './loaders.ts';
import { maskNodes } from './mask/mask-nodes.ts';
import { meshNodes } from './mesh/mesh-nodes.ts';
import { modelNodes } from './model/model-nodes.ts';
import { KSampler, KSamplerAdvanced } from './sampling/k-samplers.ts';
import { samplingNodes } from './sampling/sampling-nodes.ts';
import { textNodes } from './text/text-nodes.ts';
import { upscaleNodes } from './upscale/upscale-nodes.ts';
import { VAEDecode, VAEEncode } from './vae-coding.ts';
import { videoNodes } from './video/video-nodes.ts';

/** The nodes that every worker has. Needs the services and the environment of `node-types.ts`. */
export const builtinPack: NodePack = {
  name: 'nodes',
  pythonModule: 'nodes',
  nodes: [
    KSampler,
    CheckpointLoaderSimple,
    CLIPTextEncode,
    CLIPSetLastLayer,
    VAEDecode,
    VAEEncode,
    VAELoader,
    ...latentNodes,
    ...fileNodes,
    ...imageNodes,
    KSamplerAdvanced,
    ...conditioningNodes,
    ...samplingNodes,
    ...modelNodes,
    ...upscaleNodes,
    ...textNodes,
    ...maskNodes,
    ...meshNodes,
    ...audioNodes,
    ...videoNodes,
  ],
};
