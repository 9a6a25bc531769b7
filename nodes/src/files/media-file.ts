// Sound and video files that nodes name: which names look like them, where they are, and whether they changed.
import { NodeError } from '../errors.ts';
import type { NodeFiles } from '../node-types.ts';
import { findFile } from './file-choice.ts';

/** Extensions whose media type is video or sound. */
const videoExtension = /\.(3g2|3gp|asf|avi|flv|m1v|m4v|mkv|mov|mp4|mpa|mpe|mpeg|mpg|mts|ogv|qt|ts|webm|wmv)$/i;
const audioExtension = /\.(3gpp?|aac|adts|aif|aifc|aiff|au|caf|flac|m4a|mp2|mp3|oga|ogg|opus|ra|snd|wav|wma)$/i;

export const isVideoName = (name: string): boolean => videoExtension.test(name);

/** Sound, or a video that may have sound. */
export const isMediaName = (name: string): boolean => audioExtension.test(name) || videoExtension.test(name);

/** Local path of a file that a node was given. @throws NodeError MEDIA_FILE_MISSING. */
export async function mediaPath(name: unknown, files: NodeFiles, kind: 'audio' | 'video'): Promise<string> {
  return (await knownFile(name, files, kind)).path;
}

/** Changes with the file. Its contents are not read: videos are large. */
export async function mediaFingerprint(name: unknown, files: NodeFiles, kind: 'audio' | 'video'): Promise<string> {
  const { reference } = await knownFile(name, files, kind);
  const { sizeBytes = 0, modifiedMs = 0 } = (await files.stat(reference)) ?? {};
  return `${sizeBytes} ${modifiedMs}`;
}

async function knownFile(name: unknown, files: NodeFiles, kind: string) {
  const found = typeof name === 'string' ? await findFile(name, files) : undefined;
  if (found !== undefined) return found;
  throw new NodeError('MEDIA_FILE_MISSING', { kind, name: typeof name === 'string' ? name : JSON.stringify(name) });
}
