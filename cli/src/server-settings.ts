// The configuration as the other rooms want it: units, names and shapes are translated here and nowhere else.
import { readFile } from 'node:fs/promises';
import type { ServerOptions } from '@snug/server';
import type { FolderPathsOptions } from '@snug/store';
import type { WorkerHostOptions } from '@snug/worker';
import { type Config, processEnvironment } from './config.ts';
import { CliError, reasonOf } from './errors.ts';
import { featureFlagValues } from './feature-flag-values.ts';
import { type ListenTarget, parseListenTarget } from './listen-target.ts';
import { referenceVersion, snugVersion } from './version.ts';

type ChildOptions = WorkerHostOptions['childOptions'];

const GIBIBYTE = 2 ** 30;

export function folderOptions(config: Config): FolderPathsOptions {
  return {
    base: config.baseDirectory ?? '.',
    ...given('models', config.modelsDirectory),
    ...given('input', config.inputDirectory),
    ...given('output', config.outputDirectory),
    ...given('temp', config.tempDirectory),
    ...given('user', config.userDirectory),
    extraModelPathFiles: config.extraModelPathsConfig ?? [],
    environment: processEnvironment(),
  };
}

/** What the worker process is told. */
export function childOptions(config: Config, extraPacks: readonly string[]): ChildOptions {
  return {
    folders: folderOptions(config),
    engine: {
      device: config.device ?? 'cpu',
      threads: config.threads,
      deterministic: config.deterministic,
      ...given('memoryBudgetBytes', config.memoryLimit && config.memoryLimit * GIBIBYTE),
    },
    ...given('cache', cacheOptions(config)),
    settings: {
      disableMetadata: config.disableMetadata || config.metadata === 'none',
      previewMethod: config.previewMethod,
      previewSize: config.previewSize,
      ...(config.compatNoise === '0.3' ? { compatNoise: '0.3' as const } : {}),
    },
    extraPacks,
  };
}

/** Undefined leaves the choice to the executor: by memory. */
function cacheOptions({ cacheRam, cacheClassic, cacheLru, cacheNone }: Config): ChildOptions['cache'] {
  if (cacheNone) {
    return { kind: 'none' };
  }
  if (cacheClassic) {
    return { kind: 'classic' };
  }
  if (cacheLru !== undefined) {
    return { kind: 'lru', size: cacheLru };
  }
  const [active, inactive] = Array.isArray(cacheRam) ? cacheRam : [];
  return {
    kind: 'ram',
    ...given('activeHeadroomBytes', active && active * GIBIBYTE),
    ...given('inactiveHeadroomBytes', inactive && inactive * GIBIBYTE),
  };
}

/** What the HTTP surface needs besides its adapters. @throws {CliError} `FILE_UNREADABLE` for key and certificate. */
export async function httpOptions(config: Config, argv: readonly string[]) {
  return {
    argv,
    listen: config.listen,
    port: config.port,
    moreListeners: furtherListeners(config),
    tls: await readTls(config),
    maxUploadBytes: config.maxUploadSize * 2 ** 20,
    corsOrigin: config.enableCorsHeader ?? null,
    frontEndRoot: config.frontEndRoot ?? null,
    compressResponses: config.enableCompressResponseBody,
    contentSecurityPolicy: config.offline || config.disableApiNodes,
    featureFlags: featureFlagValues(config.featureFlag ?? []),
    strictPromptIds: config.strictPromptIds,
    isMultiUser: config.multiUser,
    versions: {
      snug: snugVersion,
      comfyui: referenceVersion,
      python: `none (Snug ${snugVersion} on Node.js ${process.versions.node})`,
      pytorch: 'none (onnxruntime)',
      requiredFrontend: null,
      templates: null,
    },
  } satisfies Partial<ServerOptions>;
}

/** Addresses beside the main ones. */
export function furtherListeners({ listeners = [] }: Config): readonly ListenTarget[] {
  return listeners.flatMap(target => parseListenTarget(target) ?? []);
}

async function readTls({ tlsKeyfile, tlsCertfile }: Config): Promise<{ key: string; cert: string } | null> {
  if (tlsKeyfile === undefined || tlsCertfile === undefined) {
    return null;
  }
  const [key, cert] = await Promise.all([readPem(tlsKeyfile, '--tls-keyfile'), readPem(tlsCertfile, '--tls-certfile')]);
  return { key, cert };
}

async function readPem(path: string, flag: string): Promise<string> {
  return readFile(path, 'utf8').catch(cause => {
    throw new CliError('FILE_UNREADABLE', { path, flag, reason: reasonOf(cause) }, cause);
  });
}

/** A member with a value, or none: absent and undefined are different things to the other rooms. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [Key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [Key in K]: V });
}
