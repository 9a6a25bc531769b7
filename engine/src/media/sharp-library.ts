// The only door to sharp (libvips). Loading it takes about 0.2 s, so it happens when the first picture needs it.
import type sharp from 'sharp';

let loading: Promise<typeof sharp> | undefined;

/** The sharp module with its file cache off: pictures come and go as buffers. */
export function loadSharp(): Promise<typeof sharp> {
  loading ??= import('sharp').then(module => {
    module.default.cache(false);
    return module.default;
  });
  return loading;
}
