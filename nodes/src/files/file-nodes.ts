// Nodes that read and write pictures, latents and drawings.
import { LoadLatent, SaveLatent } from './latent-files.ts';
import { LoadImage, LoadImageMask, LoadImageOutput } from './load-image.ts';
import { LoadImageSetFromFolderNode, LoadImageTextSetFromFolderNode } from './load-image-set.ts';
import { PreviewImage, SaveImage } from './save-image.ts';
import { SaveImageWebsocket } from './save-image-websocket.ts';
import { SaveSVGNode } from './save-svg.ts';

export const fileNodes = [
  SaveImage,
  PreviewImage,
  LoadImage,
  LoadImageMask,
  LoadImageOutput,
  LoadLatent,
  SaveLatent,
  SaveImageWebsocket,
  SaveSVGNode,
  LoadImageSetFromFolderNode,
  LoadImageTextSetFromFolderNode,
];
