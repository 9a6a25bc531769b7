export type { BlobPlace, BlobReference, BlobStat, BlobStore } from './ports/blob-store.ts';
export type { EventBus } from './ports/event-bus.ts';
export type { JobStore } from './ports/job-store.ts';
