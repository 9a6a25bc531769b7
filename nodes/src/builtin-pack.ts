// All built-in nodes, in the order in which the menus of a front end first see them.
import type { NodePack } from '@snug/execution';
import { conditioningNodes } from './conditioning/conditioning-nodes.ts';
import { CLIPSetLastLayer, CLIPTextEncode } from './conditioning/text-encoding.ts';
import { fileNodes } from './files/file-nodes.ts';
import { EmptyImage, ImageInvert } from './image-basics.ts';
import { RebatchImages } from './image-batch.ts';
import { ImageScale } from './image-scale.ts';
import { EmptyLatentImage } from './latent-image.ts';
import { CheckpointLoaderSimple, VAELoader } from './loaders.ts';
import { maskNodes } from './mask/mask-nodes.ts';
import { KSampler, KSamplerAdvanced } from './sampling/k-samplers.ts';
import { samplingNodes } from './sampling/sampling-nodes.ts';
import { textNodes } from './text/text-nodes.ts';
import { VAEDecode, VAEEncode } from './vae-coding.ts';

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
    EmptyLatentImage,
    ...fileNodes,
    ImageScale,
    ImageInvert,
    EmptyImage,
    KSamplerAdvanced,
    RebatchImages,
    ...conditioningNodes,
    ...samplingNodes,
    ...textNodes,
    ...maskNodes,
  ],
};
