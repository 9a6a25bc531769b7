// The layout of `assets.db`. It is a database of its own, not a part of the jobs': everything in it can be found again by looking
// through the folders, so a damaged one may be thrown away, and a scan that writes for seconds never delays the commit of a job.
//
// A file and what people say of it are two tables, because several assets may point at one file. Each order in which
// assets are listed has an index that ends in `seq`, the tie-breaker of the cursor.

/** Position in the list + 1 is the number; entries are never changed or removed once released. */
export const ASSET_MIGRATIONS: readonly string[] = [
  `CREATE TABLE files (
     seq INTEGER PRIMARY KEY,
     path TEXT NOT NULL UNIQUE,
     root TEXT NOT NULL,
     folder_key TEXT,
     relative_path TEXT NOT NULL,
     size_bytes INTEGER NOT NULL,
     modified_ms REAL NOT NULL,
     hash TEXT,
     is_missing INTEGER NOT NULL DEFAULT 0
   );
   CREATE INDEX files_by_hash ON files (hash) WHERE hash IS NOT NULL;
   CREATE INDEX files_without_hash ON files (size_bytes) WHERE hash IS NULL;
   CREATE INDEX files_by_root ON files (root, seq);
   CREATE TABLE assets (
     seq INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     file_seq INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
     owner_id TEXT NOT NULL,
     name TEXT NOT NULL,
     name_folded TEXT NOT NULL,
     mime_type TEXT,
     user_metadata_json TEXT NOT NULL,
     preview_id TEXT,
     job_id TEXT,
     size_bytes INTEGER NOT NULL,
     created_ms INTEGER NOT NULL,
     updated_ms INTEGER NOT NULL,
     last_access_ms INTEGER NOT NULL DEFAULT 0
   );
   CREATE INDEX assets_by_file ON assets (file_seq);
   CREATE INDEX assets_by_created ON assets (created_ms, seq);
   CREATE INDEX assets_by_updated ON assets (updated_ms, seq);
   CREATE INDEX assets_by_name ON assets (name_folded, seq);
   CREATE INDEX assets_by_size ON assets (size_bytes, seq);
   CREATE INDEX assets_by_last_access ON assets (last_access_ms, seq);
   CREATE TABLE asset_tags (
     tag TEXT NOT NULL,
     asset_seq INTEGER NOT NULL REFERENCES assets ON DELETE CASCADE,
     PRIMARY KEY (tag, asset_seq)
   ) WITHOUT ROWID;
   CREATE INDEX asset_tags_by_asset ON asset_tags (asset_seq, tag);
   CREATE TABLE tags (tag TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TRIGGER tag_given AFTER INSERT ON asset_tags BEGIN
     INSERT INTO tags VALUES (new.tag, 1) ON CONFLICT (tag) DO UPDATE SET count = count + 1;
   END;
   CREATE TRIGGER tag_taken AFTER DELETE ON asset_tags BEGIN
     UPDATE tags SET count = count - 1 WHERE tag = old.tag;
   END;`,
];
