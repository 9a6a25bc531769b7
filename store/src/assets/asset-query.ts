// SQL for filtered lists of assets. A page is read along one of two ways, whichever is shorter:
// - along the index of the wanted order, testing each asset until the page is full (`SCAN a USING INDEX assets_by_created`);
//   short when most assets pass;
// - along the rarest of the required tags (`SEARCH d USING PRIMARY KEY (tag=?)`), sorting what is left; short when few have it.
// Asked for 100,000 assets the first takes 1 ms for tags that most have, where the second would sort everything, and the second
// takes 1 ms for rare tags, where the first would test everything. asset-query.test.ts holds the plans.
import type { AssetFilter, AssetPageRequest, AssetSort } from '../ports/asset-store.ts';
import type { SqliteValue } from '../sqlite/sqlite-connection.ts';
import { decodeCursor } from './asset-cursor.ts';
import { foldedName } from './asset-rows.ts';
import { ASSET_COLUMNS } from './asset-statements.ts';

export interface Query {
  readonly sql: string;
  readonly values: readonly SqliteValue[];
}

interface SortKey {
  readonly column: string;
  readonly index: string;
}

export const SORT_KEYS: Readonly<Record<AssetSort, SortKey>> = {
  created_at: { column: 'created_ms', index: 'assets_by_created' },
  updated_at: { column: 'updated_ms', index: 'assets_by_updated' },
  name: { column: 'name_folded', index: 'assets_by_name' },
  size: { column: 'size_bytes', index: 'assets_by_size' },
  last_access_time: { column: 'last_access_ms', index: 'assets_by_last_access' },
};

/** A tag that less than this part of all assets has is worth being followed. */
const RARE_PART = 1 / 20;

/** What decides about the way. */
export interface AssetStatistics {
  readonly assetCount: number;
  countOf(tag: string): number;
}

/** The page, with one asset more than asked for when there is a next one. */
export function pageQuery(request: AssetPageRequest, statistics: AssetStatistics): Query {
  const { column, index } = SORT_KEYS[request.sort];
  const source = sourceOf(request, statistics, index);
  const conditions = conditionsOf(request, source.followedTag);
  if (request.after !== undefined) {
    const cursor = decodeCursor(request.after, request);
    const beyond = request.order === 'asc' ? '>' : '<';
    conditions.push({ sql: `(a.${column}, a.seq) ${beyond} (?, ?)`, values: [cursor.value, cursor.seq] });
  }
  const keys = `a.${column} ${request.order}, a.seq ${request.order}`;
  const inner = `SELECT a.seq FROM ${source.sql}${where(conditions)} ORDER BY ${keys} LIMIT ? OFFSET ?`;
  return {
    // The page is found first, by small rows; only what is on it is read whole.
    sql: `SELECT ${ASSET_COLUMNS}, a.${column} AS sort_value FROM assets a JOIN files f ON f.seq = a.file_seq
          WHERE a.seq IN (${inner}) ORDER BY ${keys}`,
    values: [...source.values, ...valuesOf(conditions), request.limit + 1, request.offset],
  };
}

/** How many pass the filter. */
export function countQuery(filter: AssetFilter, statistics: AssetStatistics): Query {
  const tag = rarestTag(filter, statistics);
  if (tag === undefined) {
    const conditions = conditionsOf(filter, undefined);
    // With a name the index of names holds all that is looked at.
    const hint =
      filter.nameContains === undefined || filter.viewerId !== null || filter.hash !== undefined
        ? ''
        : ' INDEXED BY assets_by_name';
    return { sql: `SELECT count(*) AS count FROM assets a${hint}${where(conditions)}`, values: valuesOf(conditions) };
  }
  const conditions = conditionsOf(filter, tag);
  const needsAsset = filter.viewerId !== null || filter.nameContains !== undefined || filter.hash !== undefined;
  const joined = needsAsset ? ' CROSS JOIN assets a ON a.seq = d.asset_seq' : '';
  const sql = `SELECT count(*) AS count FROM asset_tags d${joined}${where([{ sql: 'd.tag = ?', values: [tag] }, ...conditions])}`;
  return {
    sql: needsAsset ? sql : sql.replaceAll('a.seq', 'd.asset_seq'),
    values: [tag, ...valuesOf(conditions)],
  };
}

/** Tags of the assets that pass the filter, the most frequent first. */
export function tagCountsQuery(filter: AssetFilter, statistics: AssetStatistics, limit: number): Query {
  const tag = rarestTag(filter, statistics);
  const conditions = conditionsOf(filter, tag);
  const from = tag === undefined ? 'assets a' : 'asset_tags d CROSS JOIN assets a ON a.seq = d.asset_seq AND d.tag = ?';
  return {
    sql: `SELECT t.tag AS name, count(*) AS count FROM ${from} JOIN asset_tags t ON t.asset_seq = a.seq${where(conditions)}
          GROUP BY t.tag ORDER BY count DESC, name LIMIT ?`,
    values: [...(tag === undefined ? [] : [tag]), ...valuesOf(conditions), limit],
  };
}

function sourceOf(filter: AssetFilter, statistics: AssetStatistics, index: string) {
  // A content has few assets: no index of an order can compete.
  if (filter.hash !== undefined) return { sql: 'assets a', values: [], followedTag: undefined };
  const tag = rarestTag(filter, statistics);
  if (tag !== undefined && statistics.countOf(tag) <= statistics.assetCount * RARE_PART) {
    const sql = 'asset_tags d CROSS JOIN assets a ON a.seq = d.asset_seq AND d.tag = ?';
    return { sql, values: [tag], followedTag: tag };
  }
  return { sql: `assets a INDEXED BY ${index}`, values: [], followedTag: undefined };
}

function rarestTag({ tagsAll = [] }: AssetFilter, statistics: AssetStatistics): string | undefined {
  return [...tagsAll].sort((a, b) => statistics.countOf(a) - statistics.countOf(b))[0];
}

const HAS_TAG = 'SELECT 1 FROM asset_tags t WHERE t.asset_seq = a.seq AND t.tag';
const LISTED = '(SELECT value FROM json_each(?))';

function conditionsOf(filter: AssetFilter, followedTag: string | undefined): Query[] {
  const { viewerId, tagsAll = [], tagsAny = [], tagsNone = [], nameContains, hash } = filter;
  const conditions: Query[] = [];
  if (viewerId !== null) conditions.push({ sql: `a.owner_id IN ('', ?)`, values: [viewerId] });
  for (const tag of tagsAll) {
    if (tag !== followedTag) conditions.push({ sql: `EXISTS (${HAS_TAG} = ?)`, values: [tag] });
  }
  if (tagsAny.length > 0) {
    conditions.push({ sql: `EXISTS (${HAS_TAG} IN ${LISTED})`, values: [JSON.stringify(tagsAny)] });
  }
  if (tagsNone.length > 0) {
    conditions.push({ sql: `NOT EXISTS (${HAS_TAG} IN ${LISTED})`, values: [JSON.stringify(tagsNone)] });
  }
  if (nameContains !== undefined) {
    conditions.push({ sql: 'instr(a.name_folded, ?) > 0', values: [foldedName(nameContains)] });
  }
  if (hash !== undefined) {
    conditions.push({ sql: 'a.file_seq IN (SELECT seq FROM files WHERE hash = ?)', values: [hash] });
  }
  return conditions;
}

function where(conditions: readonly Query[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

function valuesOf(conditions: readonly Query[]): SqliteValue[] {
  return conditions.flatMap(({ values }) => [...values]);
}
