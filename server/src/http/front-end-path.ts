// URL path to file below the web root (spec http.md 7.4): no traversal, no listings, no hidden way out by links.
import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Relative path of a URL path; undefined when a segment is not a plain name. */
export function webPathOf(urlPath: string): string | undefined {
  const segments: string[] = [];
  for (const encoded of urlPath.split('/').slice(1)) {
    const segment = decodeSegment(encoded);
    if (segment === undefined || segment === '..' || segment === '.' || /[/\\\0]/.test(segment)) return undefined;
    segments.push(segment);
  }
  return segments.join('/');
}

function decodeSegment(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined; // Malformed escapes name no file.
  }
}

/** Real path of an existing file below `root`, links resolved; undefined when it is missing or outside. */
export async function resolveBelow(root: string, relativePath: string): Promise<string | undefined> {
  try {
    const [realRoot, realFile] = await Promise.all([realpath(root), realpath(join(root, relativePath))]);
    return realFile === realRoot || realFile.startsWith(realRoot + sep) ? realFile : undefined;
  } catch {
    return undefined; // Whatever cannot be resolved is not there for the client.
  }
}
