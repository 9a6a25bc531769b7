// Reads `extra_model_paths.yaml` (spec files.md section 2): sections of folder keys and paths, one per line.
// YAML 1.1, as the readers that these files were written for understand it (`yes` is true there).
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Document } from 'yaml';
import { reasonOf, StoreError } from '../errors.ts';

/** One folder to be searched for a key. */
export interface ExtraModelPath {
  readonly key: string;
  readonly path: string;
  /** Searched first, and the place to save to. */
  readonly isDefault: boolean;
}

export interface PathExpansion {
  /** For `$VAR` and `${VAR}` in `base_path`; unknown ones stay as they are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For `~`. */
  readonly homeFolder: string;
}

/** Where to point at in an error: keys from the top of the document. */
type Fail = (problem: string, ...at: string[]) => never;

type Section = ReadonlyMap<unknown, unknown>;

/**
 * @throws StoreError EXTRA_MODEL_PATHS_UNREADABLE, or EXTRA_MODEL_PATHS_INVALID with file and line.
 */
export async function readExtraModelPaths(file: string, expansion: PathExpansion): Promise<ExtraModelPath[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new StoreError('EXTRA_MODEL_PATHS_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
  const { document, fail } = await parse(file, text);
  if (document === null) return [];
  if (!(document instanceof Map)) return fail('the document must be a map of sections');
  const paths: ExtraModelPath[] = [];
  for (const [name, section] of document as Section) {
    if (section === null) continue;
    if (!(section instanceof Map)) fail(`the section "${name}" must be a map of folder keys to paths`, String(name));
    paths.push(...pathsOfSection(file, String(name), section as Section, expansion, fail));
  }
  return paths;
}

/** Loaded on demand: most installations have no such file, and starting up fast matters. */
async function parse(file: string, text: string): Promise<{ document: unknown; fail: Fail }> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const parsed = parseDocument(text, { version: '1.1', lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const invalid = (problem: string, offset: number, cause?: unknown): never => {
    const details = { file, line: lines.linePos(offset).line, problem };
    throw new StoreError('EXTRA_MODEL_PATHS_INVALID', details, { cause });
  };
  const [error] = parsed.errors;
  if (error !== undefined) invalid(error.message, error.pos[0], error);
  try {
    const document: unknown = parsed.toJS({ mapAsMap: true });
    return { document, fail: (problem, ...at) => invalid(problem, offsetOf(parsed, at)) };
  } catch (cause) {
    return invalid(`the document cannot be read (${reasonOf(cause)})`, 0, cause);
  }
}

function offsetOf(document: Document.Parsed, at: readonly string[]): number {
  const node: unknown = at.length === 0 ? document.contents : document.getIn(at, true);
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) ? Number(range[0]) : 0;
}

function pathsOfSection(
  file: string,
  name: string,
  section: Section,
  expansion: PathExpansion,
  fail: Fail,
): ExtraModelPath[] {
  const basePath = section.get('base_path') ?? '';
  if (typeof basePath !== 'string') return fail('"base_path" must be a text', name, 'base_path');
  const isDefault = section.get('is_default') ?? false;
  if (typeof isDefault !== 'boolean') return fail('"is_default" must be true or false', name, 'is_default');
  const base = resolve(dirname(file), expand(basePath, expansion));
  const paths: ExtraModelPath[] = [];
  for (const [key, value] of section) {
    if (key === 'base_path' || key === 'is_default' || value === null) continue;
    const lines = linesOf(value);
    if (lines === undefined) return fail(`"${key}" must be a text with one path per line`, name, String(key));
    for (const line of lines) paths.push({ key: String(key), path: resolve(base, line.trim()), isDefault });
  }
  return paths;
}

/** A list of texts is taken as well as a text of lines. */
function linesOf(value: unknown): string[] | undefined {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  if (!texts.every(text => typeof text === 'string')) return undefined;
  return texts.flatMap(text => text.split(/\r?\n/)).filter(line => line.trim() !== '');
}

function expand(path: string, { environment, homeFolder }: PathExpansion): string {
  const home = path.replace(/^~(?=$|[/\\])/, () => homeFolder);
  return home.replace(/\$(?:\{(\w+)\}|(\w+))/g, (reference, braced?: string, bare?: string) => {
    return environment[braced ?? bare ?? ''] ?? reference;
  });
}
