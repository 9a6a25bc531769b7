// The embedded asset store: records in an SQLite file, contents as plain files where people look for them.
import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { containedParts } from '../contained-path.ts';
import { reasonOf, StoreError } from '../errors.ts';
import { type ListenerErrorHandler, ListenerSet } from '../listener-set.ts';
import type {
  Asset,
  AssetChanges,
  AssetDestination,
  AssetDetails,
  AssetFilter,
  AssetPage,
  AssetPageRequest,
  AssetRoot,
  AssetStore,
  ReceivedContent,
  SeedEvent,
  SeedStats,
  SeedStatus,
  TagCount,
  TagPageRequest,
} from '../ports/asset-store.ts';
import { migrate } from '../sqlite/migrations.ts';
import { SqliteConnection, type SqliteOptions } from '../sqlite/sqlite-connection.ts';
import { encodeCursor } from './asset-cursor.ts';
import { type AssetFolder, type AssetFolderSources, assetFolders, locationOf, pathIn } from './asset-folders.ts';
import { placeContent, receiveContent } from './asset-intake.ts';
import { ASSET_MIGRATIONS } from './asset-migrations.ts';
import { type AssetStatistics, countQuery, pageQuery, type Query, tagCountsQuery } from './asset-query.ts';
import { AssetRecords, type SeenFile } from './asset-records.ts';
import { type AssetRow, assetOf, type FileRow } from './asset-rows.ts';
import { AssetSeeding } from './asset-seeding.ts';
import { hashOfFile } from './content-hash.ts';
import { listTags } from './tag-list.ts';

export interface SqliteAssetStoreOptions extends SqliteOptions {
  readonly folders: AssetFolderSources;
  /** Where uploads wait until they are complete; created when needed, emptied when the store opens. */
  readonly incomingFolder: string;
  /** Media type by file name; null when the name says nothing. */
  readonly mimeTypeOf: (filename: string) => string | null;
  /** Hashes all contents after a scan. Default false: only what is uploaded. */
  readonly hashesContents?: boolean;
  /** Default `Date.now`. */
  readonly now?: () => number;
  /** Told about `onSeed` listeners that throw. */
  readonly onListenerError?: ListenerErrorHandler;
}

/** Made by `openSqliteAssetStore`. */
export class SqliteAssetStore implements AssetStore {
  readonly #connection: SqliteConnection;
  readonly #records: AssetRecords;
  readonly #seeding: AssetSeeding;
  readonly #listeners: ListenerSet<readonly [SeedEvent, SeedStats, string | null]>;
  readonly #options: SqliteAssetStoreOptions;
  readonly #now: () => number;

  constructor(options: SqliteAssetStoreOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#listeners = new ListenerSet(options.onListenerError);
    this.#connection = new SqliteConnection(options);
    try {
      migrate(this.#connection, ASSET_MIGRATIONS);
      const { mimeTypeOf } = options;
      this.#records = new AssetRecords({ connection: this.#connection, now: this.#now, mimeTypeOf });
    } catch (error) {
      this.#connection.close();
      throw error;
    }
    this.#seeding = new AssetSeeding({
      records: this.#records,
      folders: () => this.#folders(),
      hashesContents: options.hashesContents ?? false,
      onEvent: (event, stats, error) => this.#listeners.emit(event, stats, error),
    });
  }

  async find(id: string, viewerId: string | null): Promise<Asset | undefined> {
    const row = this.#records.statements.assetById.get([id]);
    return row !== undefined && isVisible(row, viewerId) ? assetOf(row) : undefined;
  }

  async list(request: AssetPageRequest): Promise<AssetPage> {
    const statistics = this.#statistics();
    const rows = this.#all<AssetRow & { sort_value: string | number }>(pageQuery(request, statistics));
    const [{ count: total } = { count: 0 }] = this.#all<{ count: number }>(countQuery(request, statistics));
    const page = rows.slice(0, request.limit);
    const last = page.at(-1);
    const { sort, order } = request;
    const hasMore = rows.length > page.length && last !== undefined;
    const nextCursor = hasMore ? encodeCursor({ sort, order, value: last.sort_value, seq: last.seq }) : null;
    return { assets: page.map(assetOf), total, nextCursor };
  }

  async tagCounts(filter: AssetFilter, limit: number): Promise<readonly TagCount[]> {
    return this.#all<TagCount>(tagCountsQuery(filter, this.#statistics(), limit));
  }

  async tags(request: TagPageRequest): Promise<{ readonly tags: readonly TagCount[]; readonly total: number }> {
    return listTags(this.#connection, request);
  }

  async fileOf(hash: string): Promise<{ readonly localPath: string; readonly name: string } | undefined> {
    const file = await this.#existingFile(hash);
    return file && { localPath: file.path, name: basename(file.path) };
  }

  receive(chunks: AsyncIterable<Uint8Array>): Promise<ReceivedContent> {
    return receiveContent(this.#options.incomingFolder, chunks);
  }

  async discard({ path }: ReceivedContent): Promise<void> {
    await rm(path, { force: true });
  }

  async add(
    content: ReceivedContent,
    destination: AssetDestination,
    details: AssetDetails,
  ): Promise<{ readonly asset: Asset; readonly isNew: boolean }> {
    const folder = this.#destination(destination);
    const known = await this.#knownFile(content);
    if (known !== undefined) {
      await this.discard(content);
      return this.#shareFile(known, details);
    }
    const parts = containedParts(destination.filename);
    if (parts === undefined || parts.length !== 1) {
      throw new StoreError('ASSET_DESTINATION_INVALID', { name: destination.filename, problem: 'it is no file name' });
    }
    const path = await placeContent(content, pathIn(folder, parts));
    const seen = await this.#look(path);
    if (seen === undefined) throw new StoreError('ASSET_UNSTABLE', { path });
    const id = this.#records.addAsset(this.#records.noteContent(seen, content.hash), seen, details);
    return { asset: this.#assetOf(id), isNew: true };
  }

  async addFromHash(hash: string, details: AssetDetails): Promise<Asset | undefined> {
    const file = await this.#existingFile(hash);
    const seen = file && (await this.#look(file.path));
    return file && seen && this.#assetOf(this.#records.addAsset(file.seq, seen, details));
  }

  async register(localPath: string, details: AssetDetails): Promise<Asset | undefined> {
    const seen = await this.#look(localPath);
    if (seen === undefined) return undefined;
    const hash = await this.#hashOf(seen);
    const fileSeq = this.#records.noteContent(seen, hash);
    const existing = this.#visibleAssets(fileSeq, details.ownerId)[0];
    if (existing === undefined) return this.#assetOf(this.#records.addAsset(fileSeq, seen, details));
    this.#records.addTags(existing, details.tags);
    if (details.jobId !== undefined) this.#records.statements.setJob.run([details.jobId, existing.seq]);
    return this.#assetOf(existing.id);
  }

  async change(id: string, changes: AssetChanges): Promise<Asset | undefined> {
    const row = this.#records.statements.assetById.get([id]);
    if (row === undefined) return undefined;
    this.#records.change(row, changes);
    return this.#assetOf(id);
  }

  async remove(id: string): Promise<boolean> {
    return this.#records.statements.removeAsset.run([id]).changes > 0;
  }

  async addTags(id: string, tags: readonly string[]): Promise<readonly string[]> {
    const row = this.#records.statements.assetById.get([id]);
    return row === undefined ? [] : this.#records.addTags(row, tags);
  }

  async removeTags(id: string, tags: readonly string[]): Promise<readonly string[]> {
    const row = this.#records.statements.assetById.get([id]);
    return row === undefined ? [] : this.#records.removeTags(row, tags);
  }

  async touch(id: string): Promise<void> {
    this.#records.statements.touch.run([this.#now(), id]);
  }

  seed(roots: readonly AssetRoot[]): Promise<SeedStats> | undefined {
    return this.#seeding.start(roots);
  }

  seedStatus(): SeedStatus {
    return this.#seeding.status();
  }

  cancelSeed(): boolean {
    return this.#seeding.cancel();
  }

  async prune(): Promise<number> {
    return this.#records.prune();
  }

  onSeed(listener: (event: SeedEvent, stats: SeedStats, error: string | null) => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    await this.#seeding.stop();
    this.#listeners.clear();
    this.#connection.close();
  }

  #folders(): readonly AssetFolder[] {
    return assetFolders(this.#options.folders);
  }

  #destination({ root, folderKey, filename }: AssetDestination): AssetFolder {
    const folder = this.#folders().find(
      candidate => candidate.root === root && (root !== 'models' || candidate.folderKey === folderKey),
    );
    const problem = `there is no model folder "${folderKey ?? ''}"`;
    if (folder === undefined) throw new StoreError('ASSET_DESTINATION_INVALID', { name: filename, problem });
    return folder;
  }

  #statistics(): AssetStatistics {
    const { assetCount, tagCount } = this.#records.statements;
    const counts = new Map<string, number>();
    return {
      assetCount: assetCount.get()?.count ?? 0,
      countOf: tag => {
        const count = counts.get(tag) ?? tagCount.get([tag])?.count ?? 0;
        counts.set(tag, count);
        return count;
      },
    };
  }

  #all<Row>({ sql, values }: Query): Row[] {
    return this.#connection.prepare<Row>(sql).all(values);
  }

  #assetOf(id: string): Asset {
    const row = this.#records.statements.assetById.get([id]);
    if (row === undefined)
      throw new StoreError('DATABASE_FAILED', { path: this.#connection.path, reason: `no asset ${id}` });
    return assetOf(row);
  }

  #visibleAssets(fileSeq: number, ownerId: string): AssetRow[] {
    return this.#records.statements.assetsOfFile.all([fileSeq]).filter(row => isVisible(row, ownerId));
  }

  /** Answers the asset that there is of a file, with further tags, or adds one. */
  async #shareFile(file: FileRow, details: AssetDetails): Promise<{ readonly asset: Asset; readonly isNew: boolean }> {
    const existing = this.#visibleAssets(file.seq, details.ownerId)[0];
    const seen = await this.#look(file.path);
    if (existing === undefined && seen !== undefined) {
      return { asset: this.#assetOf(this.#records.addAsset(file.seq, seen, details)), isNew: true };
    }
    if (existing === undefined) throw new StoreError('ASSET_UNSTABLE', { path: file.path });
    this.#records.addTags(existing, details.tags);
    return { asset: this.#assetOf(existing.id), isNew: false };
  }

  /** A file with the content: one of its hash, or one of its size that nobody has hashed yet. */
  async #knownFile({ hash, sizeBytes }: ReceivedContent): Promise<FileRow | undefined> {
    const existing = await this.#existingFile(hash);
    if (existing !== undefined) return existing;
    const { unhashedOfSize, setHash } = this.#records.statements;
    for (const file of unhashedOfSize.all([sizeBytes])) {
      const found = await hashOfFile(file.path).catch(() => undefined); // gone or unreadable: it is no copy to rely on
      if (found !== undefined) setHash.run([found, file.seq]);
      if (found === hash) return file;
    }
    return undefined;
  }

  /** A file whose content still is what was hashed, by size and time. */
  async #existingFile(hash: string): Promise<FileRow | undefined> {
    for (const file of this.#records.statements.filesWithHash.all([hash])) {
      const found = await stat(file.path).catch(() => undefined); // gone: the next one may be there
      if (found?.isFile() && found.size === file.size_bytes && found.mtimeMs === file.modified_ms) return file;
    }
    return undefined;
  }

  async #look(path: string): Promise<SeenFile | undefined> {
    const location = locationOf(path, this.#folders());
    const found = location && (await stat(path).catch(() => undefined)); // no file, no asset
    if (location === undefined || !found?.isFile()) return undefined;
    return { path, location, sizeBytes: found.size, modifiedMs: found.mtimeMs };
  }

  async #hashOf({ path, sizeBytes, modifiedMs }: SeenFile): Promise<string> {
    const known = this.#records.statements.fileAt.get([path]);
    const isSame = known?.size_bytes === sizeBytes && known.modified_ms === modifiedMs;
    if (isSame && known.hash !== null) return known.hash;
    try {
      return await hashOfFile(path);
    } catch (error) {
      throw new StoreError('ASSET_IO_FAILED', { path, reason: reasonOf(error) }, { cause: error });
    }
  }
}

function isVisible({ owner_id: ownerId }: AssetRow, viewerId: string | null): boolean {
  return viewerId === null || ownerId === '' || ownerId === viewerId;
}
