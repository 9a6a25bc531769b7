// Finds node packs in the folder custom_nodes: ES modules (`name.mjs`, `name.js`) and folders whose package.json names a main
// module. Names ending in ".disabled" are skipped. Packs written in Python cannot run here and are reported.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface FoundPacks {
  /** `file:` addresses of modules, in the order of their names. */
  readonly urls: readonly string[];
  /** Names of entries that hold Python code only. */
  readonly python: readonly string[];
}

type Finding = { readonly url: string } | { readonly python: string } | undefined;

/** A folder that does not exist holds no packs. */
export async function findNodePacks(folder: string): Promise<FoundPacks> {
  const names = (await readdir(folder).catch(() => [])).filter(isCandidate).sort();
  const found = await Promise.all(names.map(name => inspect(folder, name)));
  return {
    urls: found.flatMap(finding => (finding !== undefined && 'url' in finding ? [finding.url] : [])),
    python: found.flatMap(finding => (finding !== undefined && 'python' in finding ? [finding.python] : [])),
  };
}

function isCandidate(name: string): boolean {
  return !name.startsWith('.') && !name.startsWith('__') && !name.endsWith('.disabled');
}

async function inspect(folder: string, name: string): Promise<Finding> {
  const path = join(folder, name);
  if (/\.m?js$/.test(name)) {
    return { url: pathToFileURL(path).href };
  }
  if (name.endsWith('.py')) {
    return { python: name };
  }
  const main = await mainModule(path);
  if (main !== undefined) {
    return { url: pathToFileURL(join(path, main)).href };
  }
  const isPython = await stat(join(path, '__init__.py')).then(
    () => true,
    () => false,
  );
  return isPython ? { python: name } : undefined;
}

/** `main` of a folder's package.json; undefined when there is none. */
async function mainModule(folder: string): Promise<string | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { main?: unknown } | null;
    return typeof manifest?.main === 'string' ? manifest.main : undefined;
  } catch {
    return undefined; // No package, or none that names a module.
  }
}
