// What every route works with: the options with their defaults, and the few values that live as long as the server.
import { silentLogger } from './logger.ts';
import { ServerMetrics } from './metrics/server-metrics.ts';
import type { ServerOptions } from './server-options.ts';

/** Automatic priorities: every value is given once. */
export interface PromptCounter {
  /** Answers the current value and advances. */
  next(): number;
}

export type ServerContext = Required<ServerOptions> & {
  readonly promptCounter: PromptCounter;
  readonly metrics: ServerMetrics;
};

const DEFAULT_MAX_UPLOAD_BYTES = 104_857_600;

export function createContext(options: ServerOptions, promptCounter: PromptCounter): ServerContext {
  return {
    listen: ['127.0.0.1'],
    port: 8188,
    tls: null,
    corsOrigin: null,
    frontEndRoot: null,
    compressResponses: false,
    contentSecurityPolicy: false,
    strictPromptIds: false,
    featureFlags: {},
    nodePacks: [],
    isMultiUser: false,
    logger: silentLogger,
    ...options,
    maxUploadBytes: Math.round(options.maxUploadBytes ?? DEFAULT_MAX_UPLOAD_BYTES),
    promptCounter,
    metrics: new ServerMetrics(),
  };
}
