// The records of files and assets: every change of the database is here, each a synchronous step that takes effect as a whole.
import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { type AssetChanges, type AssetDetails, MISSING_TAG } from '../ports/asset-store.ts';
import type { SqliteConnection } from '../sqlite/sqlite-connection.ts';
import { type AssetLocation, placeTags } from './asset-folders.ts';
import { type AssetRow, type FileRow, foldedName } from './asset-rows.ts';
import { type AssetStatements, prepareAssetStatements } from './asset-statements.ts';

/** A file as the file system shows it. */
export interface SeenFile {
  readonly path: string;
  readonly location: AssetLocation;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export type FileOutcome = 'created' | 'updated' | 'unchanged';

export interface AssetRecordsOptions {
  readonly connection: SqliteConnection;
  readonly now: () => number;
  /** Media type by file name; null when the name says nothing. */
  readonly mimeTypeOf: (filename: string) => string | null;
}

const NO_DETAILS: AssetDetails = { ownerId: '', tags: [] };

export class AssetRecords {
  readonly statements: AssetStatements;
  readonly #connection: SqliteConnection;
  readonly #now: () => number;
  readonly #mimeTypeOf: (filename: string) => string | null;

  constructor({ connection, now, mimeTypeOf }: AssetRecordsOptions) {
    this.#connection = connection;
    this.#now = now;
    this.#mimeTypeOf = mimeTypeOf;
    this.statements = prepareAssetStatements(connection);
  }

  transaction<T>(work: () => T): T {
    return this.#connection.transaction(work);
  }

  /**
   * Notes a file that a scan came across. A new one gets an asset of its own; one that was known keeps those it has, also none:
   * what somebody removed must not come back with every scan. To be called in a transaction.
   */
  noteFile(seen: SeenFile): { readonly seq: number; readonly outcome: FileOutcome } {
    const known = this.statements.fileAt.get([seen.path]);
    if (known === undefined) {
      const seq = this.#insertFile(seen, null);
      this.#insertAsset(seq, seen, NO_DETAILS);
      return { seq, outcome: 'created' };
    }
    const isSame = known.size_bytes === seen.sizeBytes && known.modified_ms === seen.modifiedMs;
    if (isSame && known.is_missing === 0) return { seq: known.seq, outcome: 'unchanged' };
    this.#refresh(known, seen, isSame ? known.hash : null);
    return { seq: known.seq, outcome: 'updated' };
  }

  /** Notes a file whose content is known; answers its number. */
  noteContent(seen: SeenFile, hash: string): number {
    return this.transaction(() => {
      const known = this.statements.fileAt.get([seen.path]);
      if (known === undefined) return this.#insertFile(seen, hash);
      this.#refresh(known, seen, hash);
      return known.seq;
    });
  }

  /** A new asset for a file; answers its id. */
  addAsset(fileSeq: number, seen: SeenFile, details: AssetDetails): string {
    return this.transaction(() => this.#insertAsset(fileSeq, seen, details));
  }

  setMissing(fileSeq: number): void {
    this.statements.setMissing.run([1, fileSeq]);
    for (const { seq } of this.statements.seqsOfFile.all([fileSeq])) this.statements.addTag.run([MISSING_TAG, seq]);
  }

  change(asset: AssetRow, changes: AssetChanges): void {
    const name = changes.name ?? asset.name;
    const metadata = changes.userMetadataJson ?? asset.user_metadata_json;
    const previewId = changes.previewId === undefined ? asset.preview_id : changes.previewId;
    this.statements.changeAsset.run([name, foldedName(name), metadata, previewId, this.#now(), asset.seq]);
  }

  addTags(asset: AssetRow, tags: readonly string[]): string[] {
    return this.#changeTags(asset, tags, tag => this.statements.addTag.run([tag, asset.seq]).changes > 0);
  }

  removeTags(asset: AssetRow, tags: readonly string[]): string[] {
    return this.#changeTags(asset, tags, tag => this.statements.removeTag.run([tag, asset.seq]).changes > 0);
  }

  /** Forgets missing files and their assets; answers how many assets. */
  prune(): number {
    return this.transaction(() => {
      const { changes } = this.statements.removeMissing.run();
      this.statements.forgetMissingFiles.run();
      return changes;
    });
  }

  #changeTags(asset: AssetRow, tags: readonly string[], changeOne: (tag: string) => boolean): string[] {
    return this.transaction(() => {
      const changed = tags.filter(changeOne);
      if (changed.length > 0) this.statements.touchUpdated.run([this.#now(), asset.seq]);
      return changed;
    });
  }

  #insertFile({ path, location, sizeBytes, modifiedMs }: SeenFile, hash: string | null): number {
    const { folder, relativePath } = location;
    const values = [path, folder.root, folder.folderKey, relativePath, sizeBytes, modifiedMs, hash];
    return this.statements.insertFile.run(values).lastInsertRowid;
  }

  #refresh(known: FileRow, seen: SeenFile, hash: string | null): void {
    this.statements.updateFile.run([seen.sizeBytes, seen.modifiedMs, hash, known.seq]);
    if (known.size_bytes !== seen.sizeBytes) {
      this.statements.resizeAssets.run([seen.sizeBytes, this.#now(), known.seq]);
    }
    if (known.is_missing === 0) return;
    for (const { seq } of this.statements.seqsOfFile.all([known.seq]))
      this.statements.removeTag.run([MISSING_TAG, seq]);
  }

  #insertAsset(fileSeq: number, { location, sizeBytes }: SeenFile, details: AssetDetails): string {
    const id = randomUUID();
    const filename = posix.basename(location.relativePath);
    const name = details.name ?? filename;
    const now = this.#now();
    const { lastInsertRowid: seq } = this.statements.insertAsset.run([
      id,
      fileSeq,
      details.ownerId,
      name,
      foldedName(name),
      details.mimeType ?? this.#mimeTypeOf(filename),
      details.userMetadataJson ?? '{}',
      details.previewId ?? null,
      details.jobId ?? null,
      sizeBytes,
      now,
      now,
    ]);
    for (const tag of new Set([...placeTags(location.folder), ...details.tags])) this.statements.addTag.run([tag, seq]);
    return id;
  }
}
