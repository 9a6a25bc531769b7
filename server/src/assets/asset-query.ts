// Query parameters of asset lists (spec http.md section 12).
import { ASSET_SORTS, type AssetFilter, type AssetPageRequest, type AssetSort } from '@snug/store';
import type { FastifyRequest } from 'fastify';
import { parseInteger, queryValue } from '../http/query-values.ts';
import { refuse } from './asset-errors.ts';
import { readHash, readTags } from './asset-input.ts';

/** Parameters of Comfy Cloud that have no meaning here and must not be ignored: the list would be another one. */
const UNSUPPORTED = ['metadata_filter', 'job_ids'];

export function readFilter(request: FastifyRequest, viewerId: string | null): AssetFilter {
  for (const name of UNSUPPORTED) {
    if (queryValue(request, name) !== undefined) refuse('UNSUPPORTED_PARAM', `"${name}" is not supported.`, { name });
  }
  const tagsAll = tagsIn(request, 'tags_all', 'include_tags');
  const tagsAny = tagsIn(request, 'tags_any');
  const tagsNone = tagsIn(request, 'tags_none', 'exclude_tags');
  const both = tagsAll.find(tag => tagsNone.includes(tag));
  if (both !== undefined) refuse('INVALID_TAG_FILTER', 'A tag is both required and excluded.', { tag: both });
  const nameContains = queryValue(request, 'name_contains') ?? '';
  const hash = queryValue(request, 'hash') ?? '';
  return {
    viewerId,
    tagsAll,
    tagsAny,
    tagsNone,
    ...(nameContains !== '' && { nameContains }),
    ...(hash !== '' && { hash: readHash(hash) }),
  };
}

export function readPage(request: FastifyRequest, viewerId: string | null): AssetPageRequest {
  const sort = queryValue(request, 'sort') ?? 'created_at';
  if (!isSort(sort)) refuse('INVALID_QUERY', `"sort" must be one of ${ASSET_SORTS.join(', ')}.`, { sort });
  const after = queryValue(request, 'after') ?? '';
  return {
    ...readFilter(request, viewerId),
    limit: integerIn(request, 'limit', { fallback: 20, min: 1, max: 500 }),
    offset: integerIn(request, 'offset', { fallback: 0, min: 0, max: Number.MAX_SAFE_INTEGER }),
    sort,
    order: choiceIn(request, 'order', ['desc', 'asc']),
    ...(after !== '' && { after }),
  };
}

export function integerIn(
  request: FastifyRequest,
  name: string,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const text = queryValue(request, name);
  if (text === undefined) return fallback;
  const value = parseInteger(text);
  if (value === undefined || value < min || value > max) {
    refuse('INVALID_QUERY', `"${name}" must be an integer from ${min} to ${max}.`, { [name]: text });
  }
  return value;
}

/** One of some words; the first is the default. */
export function choiceIn<const Choices extends readonly [string, ...string[]]>(
  request: FastifyRequest,
  name: string,
  choices: Choices,
): Choices[number] {
  const text = queryValue(request, name) ?? choices[0];
  if (!choices.includes(text))
    refuse('INVALID_QUERY', `"${name}" must be one of ${choices.join(', ')}.`, { [name]: text });
  return text;
}

function isSort(text: string): text is AssetSort {
  return ASSET_SORTS.some(sort => sort === text);
}

/** Lists with commas, and repeated parameters. */
function tagsIn(request: FastifyRequest, ...names: readonly string[]): string[] {
  const query = request.query as Readonly<Record<string, string | string[] | undefined>>;
  const texts = names.flatMap(name => query[name] ?? []);
  return readTags(
    texts.flatMap(text => text.split(',')),
    'INVALID_TAG_FILTER',
  );
}
