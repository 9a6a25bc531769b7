// A picture from the camera of whoever uses the editor: the editor takes it when the prompt is queued, uploads it, and sends its
// name, so that for the server it is a picture like any other.
import { boolean, custom, defineNode, image, int } from '@snug/execution';
import { checkFile } from '../files/file-choice.ts';
import { loadPicture, pictureFingerprint } from '../files/picture-file.ts';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';

/** Sizes are those at which the editor takes the picture; 0 leaves them to the camera. */
const side = () => int({ default: 0, min: 0, max: MAX_RESOLUTION, step: 1 });

export const WebcamCapture = defineNode({
  id: 'WebcamCapture',
  displayName: 'Webcam Capture',
  category: 'image',
  pythonModule: 'comfy_extras.nodes_webcam',
  inputs: {
    image: custom<string>('WEBCAM', {}),
    width: side(),
    height: side(),
    capture_on_queue: boolean({ default: true }),
  },
  outputs: [image()],
  validate: { names: ['image'], check: ({ image }, _, { files }) => checkFile(image, files) },
  fingerprint: ({ image }, _, env) => pictureFingerprint(image, env),
  execute: async ({ image }, { services }) => [(await loadPicture(image, services.files)).image],
});
