// What every route works with: the options with their defaults, and the few values that live as long as the server.
import { silentLogger } from './logger.ts';
import { LogRing } from './logs/log-ring.ts';
import { LogSubscriptions } from './logs/log-subscriptions.ts';
import { ServerMetrics } from './metrics/server-metrics.ts';
import { createNodeReplacements, type NodeReplacements } from './packs/node-replacements.ts';
import type { ServerOptions } from './server-options.ts';

/** Automatic priorities: every value is given once. */
export interface PromptCounter {
  /** Answers the current value and advances. */
  next(): number;
}

export type ServerContext = Required<ServerOptions> & {
  readonly promptCounter: PromptCounter;
  readonly metrics: ServerMetrics;
  readonly logSubscriptions: LogSubscriptions;
  readonly nodeReplacements: NodeReplacements;
};

const DEFAULT_MAX_UPLOAD_BYTES = 104_857_600;

export function createContext(options: ServerOptions, promptCounter: PromptCounter): ServerContext {
  const { logger = silentLogger, logs = new LogRing(), nodePacks = [] } = options;
  return {
    listen: ['127.0.0.1'],
    port: 8188,
    moreListeners: [],
    tls: null,
    corsOrigin: null,
    frontEndRoot: null,
    compressResponses: false,
    contentSecurityPolicy: false,
    strictPromptIds: false,
    featureFlags: {},
    isMultiUser: false,
    assets: null,
    ...options,
    nodePacks,
    logger,
    logs,
    logSubscriptions: new LogSubscriptions(logs),
    nodeReplacements: createNodeReplacements(nodePacks, logger),
    maxUploadBytes: Math.round(options.maxUploadBytes ?? DEFAULT_MAX_UPLOAD_BYTES),
    promptCounter,
    metrics: new ServerMetrics(),
  };
}
