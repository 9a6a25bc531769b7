export { StoreError, type StoreErrorCode, type StoreErrorDetails, storeErrorCodes } from './errors.ts';
export { createLocalEventBus, type LocalEventBusOptions } from './events/local-event-bus.ts';
export type { HistoryRetention } from './jobs/history-retention.ts';
export { openSqliteJobStore, type SqliteJobStoreOptions } from './jobs/sqlite-job-store.ts';
export type { ListenerErrorHandler } from './listener-set.ts';
export type { BlobPlace, BlobReference, BlobStat, BlobStore } from './ports/blob-store.ts';
export type { EventBus } from './ports/event-bus.ts';
export type { JobStore } from './ports/job-store.ts';
