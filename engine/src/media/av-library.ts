// The only door to node-av (FFmpeg). The package is optional: it is loaded when the first audio or video file is read or
// written, and where it is missing everything else goes on working. FFmpeg writes nothing to the terminal.
import { EngineError } from '../errors.ts';

/** The low-level bindings and FFmpeg's constants. */
export type Av = typeof import('node-av/lib') & { readonly constants: typeof import('node-av/constants') };

type ImportAv = () => Promise<Av>;

/** Makes a loader that imports once; a failed import is tried again by the next call. */
export function createAvLoader(importAv: ImportAv): () => Promise<Av> {
  let loading: Promise<Av> | undefined;
  return () => {
    loading ??= importAv().catch((cause: unknown) => {
      loading = undefined;
      const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
      throw new EngineError('AV_LIBRARY_MISSING', { reason: reason.replace(/\.\s*$/, '') }, { cause });
    });
    return loading;
  };
}

/** The library, with its log switched off. @throws EngineError AV_LIBRARY_MISSING. */
export const loadAv: () => Promise<Av> = createAvLoader(async () => {
  // The AV1 encoder writes its own log; it looks for its level in the environment of the process.
  process.env['SVT_LOG'] ??= '0';
  // Without the package's high-level entry: that one would also load what live streaming needs.
  const [lib, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')]);
  lib.Log.setLevel(constants.AV_LOG_QUIET);
  return { ...lib, constants };
});

/** FFmpeg's words for a negative answer. */
export function reasonOfAv(av: Av, code: number): string {
  const text = av.FFmpegError.strerror(code);
  return text === '' ? `FFmpeg error ${code}` : text;
}
