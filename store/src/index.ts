export type { AssetFolderSources } from './assets/asset-folders.ts';
export { openSqliteAssetStore } from './assets/open-sqlite-asset-store.ts';
export type { SqliteAssetStoreOptions } from './assets/sqlite-asset-store.ts';
export { type DiskBlobStoreOptions, openDiskBlobStore } from './blobs/disk-blob-store.ts';
export { expandFilenameTokens, type FilenameTokens, outputFilename } from './blobs/output-filename.ts';
export { StoreError, type StoreErrorCode, type StoreErrorDetails, storeErrorCodes } from './errors.ts';
export { createLocalEventBus, type LocalEventBusOptions } from './events/local-event-bus.ts';
export { createFolderPaths, type FolderPaths, type FolderPathsOptions } from './folders/folder-paths.ts';
export type { ModelFile, ModelFilePage } from './folders/model-files.ts';
export type { HistoryRetention } from './jobs/history-retention.ts';
export { openSqliteJobStore } from './jobs/open-sqlite-job-store.ts';
export type { SqliteJobStoreOptions } from './jobs/sqlite-job-store.ts';
export type { ListenerErrorHandler } from './listener-set.ts';
export {
  ASSET_SORTS,
  type Asset,
  type AssetChanges,
  type AssetDestination,
  type AssetDetails,
  type AssetFilter,
  type AssetPage,
  type AssetPageRequest,
  type AssetRoot,
  type AssetSort,
  type AssetStore,
  MISSING_TAG,
  type ReceivedContent,
  type SeedEvent,
  type SeedStats,
  type SeedStatus,
  type TagCount,
  type TagPageRequest,
} from './ports/asset-store.ts';
export type { BlobPlace, BlobReference, BlobStat, BlobStore, BlobWriteOptions } from './ports/blob-store.ts';
export type { EventBus } from './ports/event-bus.ts';
export {
  JOB_STATUSES,
  type JobDetails,
  type JobList,
  type JobListQuery,
  type JobStatus,
  type JobSummary,
} from './ports/job-listing.ts';
export type { HistoryRange, JobStore } from './ports/job-store.ts';
export type { ModelFolders } from './ports/model-folders.ts';
export type { FoundUserEntry, UserEntry, UserFiles, UserListOptions, UserWriteOptions } from './ports/user-files.ts';
export type { UserRegistry } from './ports/user-registry.ts';
export type { UserSettings } from './ports/user-settings.ts';
export { DEFAULT_USER_ID, type UserStore } from './ports/user-store.ts';
export { type DiskUserStoreOptions, openDiskUserStore } from './users/open-disk-user-store.ts';
