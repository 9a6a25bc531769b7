// Names that clients give for files of `input`, `output` and `temp` (spec files.md 4): lexical checks that come before the
// store's own guard, because a route answers differently for a name that leaves its place than for a file that is missing.
import { posix } from 'node:path';

/** Longest file or folder name that common file systems accept, in bytes. */
const MAX_SEGMENT_BYTES = 255;

/** Relative path with `/`, normalised; `''` is the place itself, undefined a path that leaves it or is absolute. */
export function pathInsidePlace(path: string): string | undefined {
  const slashed = path.replaceAll('\\', '/');
  if (slashed.includes('\0') || slashed.startsWith('/') || /^[a-z]:/i.test(slashed)) return undefined;
  const normalised = posix.normalize(slashed).replace(/\/+$/, '');
  if (normalised === '..' || normalised.startsWith('../')) return undefined;
  return normalised === '.' ? '' : normalised;
}

/** Why a relative path cannot be created as a file, undefined when it can. */
export function unusableNameReason(path: string): string | undefined {
  for (const segment of path.split('/')) {
    if (segment === '') return 'a part of it is empty';
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `a part of it is longer than ${MAX_SEGMENT_BYTES} bytes`;
    if (hasControlCharacter(segment)) return 'it has control characters';
  }
  return undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true;
  return false;
}
