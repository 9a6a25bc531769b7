// The plans of the lists: which index each follows. They are what keeps lists of 100,000 assets fast, and a change of the
// tables can spoil them without any other test noticing.
import Database from 'libsql';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASSET_SORTS, type AssetPageRequest } from '../ports/asset-store.ts';
import { encodeCursor } from './asset-cursor.ts';
import { ASSET_MIGRATIONS } from './asset-migrations.ts';
import { type AssetStatistics, countQuery, pageQuery, type Query, SORT_KEYS, tagCountsQuery } from './asset-query.ts';

/** In memory: explained statements would keep a file from being closed. */
const database = new Database(':memory:');

beforeAll(() => {
  for (const sql of ASSET_MIGRATIONS) database.exec(sql);
});

const planOf = ({ sql, values }: Query): string => {
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all([...values]) as { detail: string }[];
  return rows.map(({ detail }) => detail).join('\n');
};

const statistics: AssetStatistics = {
  assetCount: 100_000,
  countOf: tag => ({ output: 90_000, rare: 100, half: 50_000 })[tag] ?? 0,
};
const page: AssetPageRequest = { viewerId: null, limit: 20, offset: 0, sort: 'created_at', order: 'desc' };

describe('a page', () => {
  it.each(ASSET_SORTS)('sorted by %s is read from the index of that order, with and without a cursor', sort => {
    const { index } = SORT_KEYS[sort];
    const after = encodeCursor({ sort, order: 'desc', value: sort === 'name' ? 'a' : 1, seq: 1 });
    const plan = planOf(pageQuery({ ...page, sort }, statistics));
    expect(plan).toContain(`SCAN a USING COVERING INDEX ${index}`);
    expect(planOf(pageQuery({ ...page, sort, after }, statistics))).toMatch(
      new RegExp(`SEARCH a USING (COVERING )?INDEX ${index} \\(\\w+<\\?\\)|SEARCH a USING COVERING INDEX ${index}`),
    );
    // The page itself, 20 rows, is what is sorted at the end; the list under it is not.
    expect(plan.indexOf('USE TEMP B-TREE')).toBeGreaterThan(plan.indexOf(index));
  });

  it('of a frequent tag follows the order, that of a rare one the tag', () => {
    const frequent = planOf(pageQuery({ ...page, tagsAll: ['output', 'half'] }, statistics));
    expect(frequent).toContain('SCAN a USING COVERING INDEX assets_by_created');
    expect(frequent).toMatch(/SEARCH t USING (PRIMARY KEY|COVERING INDEX asset_tags_by_asset)/);
    const rare = planOf(pageQuery({ ...page, tagsAll: ['output', 'rare'] }, statistics));
    expect(rare).toContain('SEARCH d USING PRIMARY KEY (tag=?)');
    expect(rare).not.toContain('SCAN a');
  });

  it('of a content goes from its hash to its files to their assets', () => {
    const plan = planOf(pageQuery({ ...page, hash: 'x' }, statistics));
    expect(plan).toContain('INDEX assets_by_file (file_seq=?)');
    expect(plan).toContain('INDEX files_by_hash (hash=?)');
    expect(plan).not.toContain('SCAN a');
  });
});

describe('a total', () => {
  it('of a tag is counted in the index of tags alone', () => {
    const query = countQuery({ viewerId: null, tagsAll: ['output', 'rare'], tagsNone: ['x'] }, statistics);
    expect(planOf(query)).toContain('SEARCH d USING PRIMARY KEY (tag=?)');
    expect(query.sql).not.toContain('assets a');
  });

  it('of a part of the name is counted in the index of names alone', () => {
    expect(planOf(countQuery({ viewerId: null, nameContains: 'x' }, statistics))).toContain(
      'SCAN a USING COVERING INDEX assets_by_name',
    );
  });

  it.each([
    { hash: 'x', nameContains: 'y' },
    { viewerId: 'bob' },
    { viewerId: 'bob', tagsAll: ['rare'], hash: 'x' },
    {},
  ])('of %j can be counted', filter => {
    const query = countQuery({ viewerId: null, ...filter }, statistics);
    expect(database.prepare(query.sql).all([...query.values])).toMatchObject([{ count: 0 }]);
  });
});

it('tags of a filter are counted from its rarest tag on', () => {
  const plan = planOf(tagCountsQuery({ viewerId: null, tagsAll: ['rare'] }, statistics, 100));
  expect(plan).toContain('SEARCH d USING PRIMARY KEY (tag=?)');
});
