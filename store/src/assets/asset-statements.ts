// SQL of the asset store whose shape never changes, compiled once. Lists with filters are in asset-query.ts.
import type { SqliteConnection } from '../sqlite/sqlite-connection.ts';
import type { AssetRow, FileRow } from './asset-rows.ts';

/** Everything of an asset, its tags as a JSON array. */
export const ASSET_COLUMNS = `a.seq, a.id, a.owner_id, a.name, f.hash, a.size_bytes, a.mime_type, a.user_metadata_json, a.preview_id,
  a.job_id, f.root, f.folder_key, f.relative_path, f.path, a.created_ms, a.updated_ms, a.last_access_ms,
  (SELECT json_group_array(t.tag) FROM asset_tags t WHERE t.asset_seq = a.seq) AS tags_json`;

const ASSET = `SELECT ${ASSET_COLUMNS} FROM assets a JOIN files f ON f.seq = a.file_seq`;
const FILE = 'SELECT seq, path, root, relative_path, size_bytes, modified_ms, hash, is_missing FROM files';

export type AssetStatements = ReturnType<typeof prepareAssetStatements>;

export function prepareAssetStatements(connection: SqliteConnection) {
  return { ...prepareFiles(connection), ...prepareAssets(connection), ...prepareTags(connection) };
}

function prepareFiles(connection: SqliteConnection) {
  return {
    fileAt: connection.prepare<FileRow>(`${FILE} WHERE path = ?`),
    filesWithHash: connection.prepare<FileRow>(`${FILE} WHERE hash = ? ORDER BY seq`),
    // Content that comes in may be there under another name, not hashed yet.
    unhashedOfSize: connection.prepare<FileRow>(
      `${FILE} WHERE hash IS NULL AND size_bytes = ? AND is_missing = 0 LIMIT 16`,
    ),
    unhashedAfter: connection.prepare<FileRow>(
      `${FILE} WHERE hash IS NULL AND is_missing = 0 AND root = ? AND seq > ? ORDER BY seq LIMIT 1`,
    ),
    filesOfRoot: connection.prepare<{ seq: number; path: string }>(
      'SELECT seq, path FROM files WHERE root = ? AND seq > ? AND is_missing = 0 ORDER BY seq LIMIT 1000',
    ),
    insertFile: connection.prepare(
      'INSERT INTO files (path, root, folder_key, relative_path, size_bytes, modified_ms, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    updateFile: connection.prepare(
      'UPDATE files SET size_bytes = ?, modified_ms = ?, hash = ?, is_missing = 0 WHERE seq = ?',
    ),
    setHash: connection.prepare('UPDATE files SET hash = ? WHERE seq = ?'),
    setMissing: connection.prepare('UPDATE files SET is_missing = ? WHERE seq = ?'),
  };
}

function prepareAssets(connection: SqliteConnection) {
  return {
    assetById: connection.prepare<AssetRow>(`${ASSET} WHERE a.id = ?`),
    assetsOfFile: connection.prepare<AssetRow>(`${ASSET} WHERE a.file_seq = ? ORDER BY a.seq`),
    seqsOfFile: connection.prepare<{ seq: number }>('SELECT seq FROM assets WHERE file_seq = ?'),
    insertAsset: connection.prepare(
      `INSERT INTO assets (id, file_seq, owner_id, name, name_folded, mime_type, user_metadata_json, preview_id, job_id, size_bytes,
         created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    changeAsset: connection.prepare(
      'UPDATE assets SET name = ?, name_folded = ?, user_metadata_json = ?, preview_id = ?, updated_ms = ? WHERE seq = ?',
    ),
    resizeAssets: connection.prepare('UPDATE assets SET size_bytes = ?, updated_ms = ? WHERE file_seq = ?'),
    setJob: connection.prepare('UPDATE assets SET job_id = ? WHERE seq = ?'),
    touch: connection.prepare('UPDATE assets SET last_access_ms = ? WHERE id = ?'),
    removeAsset: connection.prepare('DELETE FROM assets WHERE id = ?'),
    removeMissing: connection.prepare(
      'DELETE FROM assets WHERE file_seq IN (SELECT seq FROM files WHERE is_missing = 1)',
    ),
    forgetMissingFiles: connection.prepare('DELETE FROM files WHERE is_missing = 1'),
    assetCount: connection.prepare<{ count: number }>('SELECT count(*) AS count FROM assets'),
  };
}

function prepareTags(connection: SqliteConnection) {
  return {
    addTag: connection.prepare('INSERT OR IGNORE INTO asset_tags (tag, asset_seq) VALUES (?, ?)'),
    removeTag: connection.prepare('DELETE FROM asset_tags WHERE tag = ? AND asset_seq = ?'),
    touchUpdated: connection.prepare('UPDATE assets SET updated_ms = ? WHERE seq = ?'),
    tagCount: connection.prepare<{ count: number }>('SELECT count FROM tags WHERE tag = ?'),
  };
}
