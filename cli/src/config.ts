// The configuration: one schema, from which flags, help, environment variables (SNUG_PORT) and file keys (port) follow.
// Precedence: flags, then environment, then the file named by --config, then the defaults below. This is the only file
// that reads `process.env`. Names and defaults: spec files.md section 10.
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { z } from 'zod';
import { CliError, reasonOf } from './errors.ts';
import { isFeatureFlag } from './feature-flag-values.ts';
import { isFrontEndVersion } from './front-end-version.ts';
import { parseListenTarget } from './listen-target.ts';
import {
  environmentNameOf,
  flagOf,
  fromText,
  integer,
  list,
  oneOf,
  positiveNumber,
  setting,
  text,
  truth,
} from './setting.ts';

const on = (description: string) => setting(truth().default(false), { arity: 'none', description });
const path = (value: string, description: string) => setting(text().optional(), { arity: 'one', value, description });

/** Key of every setting to its schema, in the order of the help text. */
export const configShape = {
  listen: setting(list(',').default(['127.0.0.1']), {
    arity: 'optional',
    value: 'addresses',
    bare: '0.0.0.0,::',
    description: 'Addresses to listen on, separated by commas; without a value all of this machine.',
  }),
  port: setting(integer({ min: 0, max: 65535 }).default(8188), {
    arity: 'one',
    value: 'number',
    description: 'Port to listen on; 0 takes a free one.',
  }),
  listeners: setting(
    list(',')
      .refine(targets => targets.every(target => parseListenTarget(target) !== undefined), 'must be HOST:PORT')
      .optional(),
    {
      arity: 'many',
      value: 'host:port',
      description: 'Further addresses with ports of their own that serve the same queue.',
    },
  ),
  tlsKeyfile: path('file', 'Private key (PEM) for HTTPS; needs --tls-certfile.'),
  tlsCertfile: path('file', 'Certificate (PEM) for HTTPS; needs --tls-keyfile.'),
  insecureNoAuth: on('Allow listening beyond this machine although nobody has to log in.'),
  enableCorsHeader: setting(text().optional(), {
    arity: 'optional',
    value: 'origin',
    bare: '*',
    description: 'Let pages of this origin (without a value: of any) use the server.',
  }),
  maxUploadSize: setting(positiveNumber().default(100), {
    arity: 'one',
    value: 'MB',
    description: 'Largest accepted request body.',
  }),
  enableCompressResponseBody: on('Compress JSON and text answers.'),

  baseDirectory: path('folder', 'Parent of models, input, output, temp and user. Default: the current folder.'),
  modelsDirectory: path('folder', 'Model files; must exist. Default: models in the base folder.'),
  outputDirectory: path('folder', 'Where results are saved. Default: output in the base folder.'),
  inputDirectory: path('folder', 'Where uploads go. Default: input in the base folder.'),
  tempDirectory: path('folder', 'Parent of the folder "temp", which is emptied at start and exit.'),
  userDirectory: path('folder', 'Settings, queue and history; must exist. Default: user in the base folder.'),
  historyEntries: setting(integer({ min: 1 }).default(10_000), {
    arity: 'one',
    value: 'number',
    description: 'Newest history entries that are kept.',
  }),
  extraModelPathsConfig: setting(list(delimiter).optional(), {
    arity: 'many',
    value: 'files',
    description: 'YAML files with further model folders.',
  }),
  frontEndRoot: path('folder', 'Serve the web front end in this folder; must exist.'),
  frontEndVersion: setting(
    text()
      .refine(isFrontEndVersion, 'must be owner/repo@version with latest, prerelease or a number such as 1.2.3')
      .optional(),
    {
      arity: 'one',
      value: 'release',
      description:
        'Fetch a release of a web front end, owner/repo@version, and keep it in the user folder; ' +
        'the version is latest, prerelease or a number. --front-end-root goes before.',
    },
  ),
  autoLaunch: on('Open the page in a browser.'),
  disableAutoLaunch: on('Open no browser, whatever other flags say.'),
  windowsStandaloneBuild: on('As --auto-launch.'),
  offline: on('Confine pages to this server (Content-Security-Policy), and fetch no front end.'),
  disableApiNodes: on('Confine pages to this server, as --offline. There are no nodes that use services elsewhere.'),
  featureFlag: setting(
    list(' ')
      .refine(flags => flags.every(isFeatureFlag), 'must be NAME or NAME=VALUE')
      .optional(),
    {
      arity: 'many',
      value: 'flags',
      description: 'Tell clients more about this server: NAME or NAME=VALUE. What the server knows itself stays.',
    },
  ),
  listFeatureFlags: on('List known flags for --feature-flag, then exit.'),
  multiUser: on('Keep settings and workflows apart by user.'),
  enableAssets: on('Keep an index of models, inputs and outputs with tags, and serve /api/assets.'),
  disableAssets: on('Keep no index of files, whatever other flags say.'),
  enableAssetHashing: on('With --enable-assets: also find files by their content; reads every file once.'),

  previewMethod: setting(oneOf(['none', 'auto', 'latent2rgb', 'taesd']).default('none'), {
    arity: 'one',
    value: 'method',
    description: 'Pictures while sampling: none, auto, latent2rgb or taesd.',
  }),
  previewSize: setting(integer({ min: 1, max: 16384 }).default(512), {
    arity: 'one',
    value: 'pixels',
    description: 'Longest side of previews.',
  }),
  metadata: setting(oneOf(['full', 'none']).optional(), {
    arity: 'one',
    value: 'what',
    description: 'What saved files carry: full (default; the prompt and the workflow, to open them again) or none.',
  }),
  disableMetadata: on('Do not store the prompt in saved files (as --metadata none).'),
  disableAllCustomNodes: on('Load no node packs.'),
  whitelistCustomNodes: setting(list(',').optional(), {
    arity: 'many',
    value: 'names',
    description: 'Node packs to load in spite of --disable-all-custom-nodes.',
  }),
  strictPromptIds: on('Accept only canonical UUIDs as prompt ids.'),

  cacheRam: setting(
    z.union([truth(), z.preprocess(wordsOrValue, z.array(positiveNumber()).min(1).max(2))]).optional(),
    {
      arity: 'any',
      value: 'GB',
      description: 'Keep node results until memory runs short (default); free at least this much.',
    },
  ),
  cacheClassic: on('Keep only the results of the last prompt.'),
  cacheLru: setting(integer({ min: 0 }).optional(), {
    arity: 'one',
    value: 'count',
    description: 'Keep the results of this many nodes, the least recently used go first.',
  }),
  cacheNone: on('Keep no node results: run everything each time.'),

  cpu: on('Run on the CPU (as --device cpu).'),
  device: setting(oneOf(['cpu', 'webgpu', 'cuda']).optional(), {
    arity: 'one',
    value: 'name',
    description: 'Where models run: cpu (default), webgpu or cuda.',
  }),
  threads: setting(integer({ min: 0, max: 1024 }).default(0), {
    arity: 'one',
    value: 'count',
    description: 'Threads of one operator; 0 takes all physical cores.',
  }),
  deterministic: on('Equal results whatever the number of threads: one thread per operator, slower.'),
  compatNoise: setting(oneOf(['0.3', '2026']).default('2026'), {
    arity: 'one',
    value: 'version',
    description: 'Step noise of ancestral samplers as in this version: 0.3 or 2026.',
  }),

  memoryLimit: setting(positiveNumber().optional(), {
    arity: 'one',
    value: 'GB',
    description: 'Private memory that models and activations may take. Default: three quarters of the machine.',
  }),
  interruptGrace: setting(positiveNumber().default(30), {
    arity: 'one',
    value: 'seconds',
    description: 'Time that a node gets to react to an interrupt; then its worker process is replaced.',
  }),
  shutdownGrace: setting(z.preprocess(fromText, z.number('must be a number').min(0, 'must be at least 0')).default(5), {
    arity: 'one',
    value: 'seconds',
    description:
      'Time that a running prompt gets to end when the server is told to stop; then it goes back to the queue.',
  }),

  verbose: setting(z.preprocess(upperCase, oneOf(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'])).default('INFO'), {
    arity: 'optional',
    value: 'level',
    bare: 'DEBUG',
    description: 'Log level: DEBUG (without a value), INFO, WARNING, ERROR or CRITICAL.',
  }),
  logStdout: on('Write the log to standard output instead of standard error.'),
  dontPrintServer: on('Print warnings and errors only. Clients can still read the whole log (/internal/logs).'),
  quickTestForCi: on('Start everything, then exit with status 0.'),
} as const;

export const configSchema = z.strictObject(configShape).superRefine((config, context) => {
  const complain = (key: ConfigKey, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  const caches = (['cacheRam', 'cacheClassic', 'cacheLru', 'cacheNone'] as const).filter(key => isGiven(config[key]));
  if (caches.length > 1) {
    complain(caches[1] ?? 'cacheNone', `cannot be combined with ${flagOf(caches[0] ?? 'cacheRam')}`);
  }
  if (config.cpu && config.device !== undefined && config.device !== 'cpu') {
    complain('cpu', `contradicts --device ${config.device}`);
  }
  if (config.disableMetadata && config.metadata === 'full') {
    complain('disableMetadata', 'contradicts --metadata full');
  }
  if ((config.tlsKeyfile === undefined) !== (config.tlsCertfile === undefined)) {
    complain(config.tlsKeyfile === undefined ? 'tlsCertfile' : 'tlsKeyfile', 'key and certificate go together');
  }
});

/** The environment as a whole, for child processes and for `$VAR` in files of the user. */
export function processEnvironment(): Readonly<NodeJS.ProcessEnv> {
  return process.env;
}

export type ConfigKey = keyof typeof configShape;
/** All settings with their defaults filled in; paths are still as given. */
export type Config = z.output<typeof configSchema>;

/** One layer of raw settings: text from the command line or the environment, any JSON from a file. */
export type RawConfig = Readonly<Partial<Record<ConfigKey, unknown>>>;

export const configKeys = Object.keys(configShape) as readonly ConfigKey[];

/** What `loadConfig` reads besides the flags. */
export interface ConfigSources {
  readonly flags: RawConfig;
  /** Default: the process environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** File named by --config; default: the one named by SNUG_CONFIG, else none. */
  readonly file?: string | undefined;
}

/**
 * Merges the layers and checks the result.
 * @throws {CliError} `CONFIG_INVALID`, naming the flag, variable or file key at fault; `CONFIG_FILE_UNREADABLE`.
 */
export function loadConfig({ flags, environment = processEnvironment(), file }: ConfigSources): Config {
  const fromEnvironment = readEnvironment(environment);
  const filePath = file ?? environment['SNUG_CONFIG'];
  const fromFile = filePath === undefined ? {} : readConfigFile(filePath);
  const parsed = configSchema.safeParse({ ...fromFile, ...fromEnvironment, ...withoutUndefined(flags) });
  if (parsed.success) {
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  const key = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : String(issue?.path[0] ?? '');
  const source = sourceOf(key as ConfigKey, flags, fromEnvironment, filePath);
  throw new CliError('CONFIG_INVALID', { source, problem: problemOf(issue) });
}

function sourceOf(key: ConfigKey, flags: RawConfig, environment: RawConfig, file: string | undefined): string {
  if (flags[key] !== undefined) {
    return flagOf(key);
  }
  return environment[key] !== undefined ? environmentNameOf(key) : `"${key}" in ${file ?? 'the configuration'}`;
}

function problemOf(issue: z.core.$ZodIssue | undefined): string {
  return issue?.code === 'unrecognized_keys' ? 'there is no such setting' : (issue?.message ?? 'is invalid');
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): RawConfig {
  const given = configKeys.map(key => [key, environment[environmentNameOf(key)]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== ''));
}

function readConfigFile(filePath: string): RawConfig {
  try {
    const value: unknown = JSON.parse(readFileSync(filePath, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value;
    }
    throw new Error('not an object');
  } catch (error) {
    throw new CliError('CONFIG_FILE_UNREADABLE', { path: filePath, reason: reasonOf(error) }, error);
  }
}

function withoutUndefined(config: RawConfig): RawConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false;
}

function upperCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toUpperCase() : value;
}

/** `--cache-ram 4 8` arrives as words, SNUG_CACHE_RAM="4 8" as one text, a file may hold a number. */
function wordsOrValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.split(/[\s,]+/);
  }
  return typeof value === 'number' ? [value] : value;
}
