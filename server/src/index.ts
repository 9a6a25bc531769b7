export { createOutputIdentifier, type OutputIdentifier } from './assets/output-identifier.ts';
export { ServerError, type ServerErrorCode, serverErrors } from './errors.ts';
export { contentTypeOf } from './http/content-types.ts';
export type { ListeningAddress } from './http/listeners.ts';
export { type Logger, silentLogger } from './logger.ts';
export { type LogEntry, LogRing, type LogRingOptions, type TerminalSize } from './logs/log-ring.ts';
export { localModelFolders } from './model-files/local-model-folders.ts';
export type {
  DeviceStats,
  ImageCodec,
  ModelFolders,
  PreparedJson,
  PromptRunner,
  RunnerHealth,
  RunnerMemory,
} from './ports.ts';
export { createServer, type SnugServer } from './server.ts';
export type { NodePackFolder, ReportedVersions, ServerOptions } from './server-options.ts';
