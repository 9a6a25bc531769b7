// The list of tags. Triggers keep the number of assets of each tag; with several users only what one may see is counted.
import type { TagCount, TagPageRequest } from '../ports/asset-store.ts';
import type { SqliteConnection, SqliteValue } from '../sqlite/sqlite-connection.ts';

const ORDERS = { count_desc: 'count DESC, name', name_asc: 'name' } as const;

export function listTags(
  connection: SqliteConnection,
  { viewerId, prefix, limit, offset, order, includesUnused }: TagPageRequest,
): { readonly tags: readonly TagCount[]; readonly total: number } {
  const [counts, values] = viewerId === null ? allCounts(prefix) : visibleCounts(prefix, viewerId);
  const used = includesUnused ? '' : ' WHERE count > 0';
  const from = `FROM (${counts})${used}`;
  const total = connection.prepare<{ total: number }>(`SELECT count(*) AS total ${from}`).get(values)?.total ?? 0;
  const tags = connection
    .prepare<TagCount>(`SELECT name, count ${from} ORDER BY ${ORDERS[order]} LIMIT ? OFFSET ?`)
    .all([...values, limit, offset]);
  return { tags, total };
}

/** A range instead of LIKE: it follows the index and knows no wildcards. */
const STARTS_WITH = 'tag >= ? AND substr(tag, 1, length(?)) = ?';

function allCounts(prefix: string): [string, SqliteValue[]] {
  return [`SELECT tag AS name, count FROM tags WHERE ${STARTS_WITH}`, [prefix, prefix, prefix]];
}

function visibleCounts(prefix: string, viewerId: string): [string, SqliteValue[]] {
  const visible = `SELECT count(*) FROM asset_tags t JOIN assets a ON a.seq = t.asset_seq
    WHERE t.tag = tags.tag AND a.owner_id IN ('', ?)`;
  return [
    `SELECT tag AS name, (${visible}) AS count FROM tags WHERE ${STARTS_WITH}`,
    [viewerId, prefix, prefix, prefix],
  ];
}
