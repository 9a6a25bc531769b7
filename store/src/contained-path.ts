// Names that come from outside and must stay inside a folder: refused when they climb out by `..`, are absolute, contain
// NUL, or lead out through a link (spec files.md section 4). `/` and `\` both separate.
import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** True for names that are absolute on some platform: `/a`, `\\host`, `C:\a`. */
export function isAbsoluteName(name: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(name);
}

/**
 * Splits a relative name into its parts with `.` and `..` resolved; undefined when it leaves its folder.
 * The empty name is the folder itself: no parts.
 */
export function containedParts(name: string, platform: NodeJS.Platform = process.platform): string[] | undefined {
  if (isAbsoluteName(name) || isImpossible(name, platform)) return undefined;
  const parts: string[] = [];
  for (const part of name.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts;
}

/** As `containedParts` for a folder that passes for the root of everything: `..` above it stays where it is. */
export function rootedParts(name: string, platform: NodeJS.Platform = process.platform): string[] | undefined {
  if (isImpossible(name, platform)) return undefined;
  const parts: string[] = [];
  for (const part of name.split(/[/\\]/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** NUL ends a path for the system; on Windows a colon names a drive or a hidden stream of a file. */
function isImpossible(name: string, platform: NodeJS.Platform): boolean {
  return name.includes('\0') || (platform === 'win32' && name.includes(':'));
}

/** The path without links; undefined when nothing is there. A few microseconds: a trip to a background thread takes more. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a path lies in a folder (or is it); both without links. */
export function isInside(realFolder: string, realPath: string): boolean {
  const folder = realFolder.endsWith(sep) ? realFolder : realFolder + sep;
  return realPath === realFolder || realPath.startsWith(folder);
}

/** True for errors that mean "there is no such file", whatever stands in the way of it. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG';
}
