export type { CreatePack } from './child/extra-packs.ts';
export type { ChildCacheOptions, ChildOptions } from './child-options.ts';
export { WorkerError, type WorkerErrorCode, workerErrorMessages } from './errors.ts';
export type { DeviceStats } from './host/device-stats.ts';
export type { PreparedJson } from './host/host-catalogue.ts';
export type { Logger } from './host/logger.ts';
export { createWorkerHost, type StopOptions, type WorkerHost, type WorkerHostOptions } from './host/worker-host.ts';
export type { ChildStats } from './messages.ts';
