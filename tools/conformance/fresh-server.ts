// Starts the built server on temporary folders that hold what the recording's server had, and brings it to the same point: cached
// nodes, prompt number, an empty history.
import { mkdir, mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type JsonObject, parseLossless, stringifyLossless } from '@snug/protocol';
import { writeMiniCheckpoint } from '@snug/testkit';
import { type ServerProcess, startServerProcess } from '../../e2e/server-process.ts';
import { send } from '../../server/test/http-client.ts';
import { makeFile } from './made-files.ts';
import { primingPrompt } from './priming-prompt.ts';
import type { RecordedWorld } from './recorded-world.ts';
import { installTestingPack } from './testing-pack.ts';
import { arrayOf, member } from './trace-format.ts';

/** Model folders that the recordings' servers had in a second place, `<models>`. */
const EXTRA_MODEL_FOLDERS = ['checkpoints', 'loras', 'vae', 'embeddings', 'vae_approx', 'upscale_models'];

/** The longest that a prompt of a recording may take. */
const PATIENCE_MS = 60_000;

export interface FreshServer extends AsyncDisposable {
  readonly process: ServerProcess;
  readonly port: number;
  readonly base: string;
  /** The folder of `<models>`. */
  readonly models: string;
  /** Every class with its /object_info entry. */
  readonly objectInfo: JsonObject;
}

export interface FreshServerOptions {
  readonly world: RecordedWorld;
  /** Options of the recording's server. */
  readonly args: readonly string[];
  readonly withTestingNodes: boolean;
  /** Text of a further node pack. */
  readonly pack?: string;
}

export async function startFreshServer(options: FreshServerOptions): Promise<FreshServer> {
  const base = await mkdtemp(join(tmpdir(), 'snug-conformance-'));
  const models = join(base, 'elsewhere');
  const args = options.args.map(arg => arg.replaceAll('<base>', base).replaceAll('<models>', models));
  const flags = [...(await writeWorld(base, models, options)), ...cacheFlag(args), ...args];
  const process = await startServerProcess({ base, flags });
  const port = Number(new URL(process.url).port);
  try {
    const answer = await send(port, '/object_info');
    await writeSaved(base, 'temp', options.world); // The server empties this folder at start.
    await bringTo(port, options.world);
    return {
      process,
      port,
      base,
      models,
      objectInfo: parseLossless(answer.text) as JsonObject,
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/** The recordings' version kept the results of the last prompt, unless told otherwise. */
function cacheFlag(args: readonly string[]): string[] {
  return args.some(arg => arg.startsWith('--cache-')) ? [] : ['--cache-classic'];
}

/** @returns Flags that name what was written. */
async function writeWorld(base: string, models: string, options: FreshServerOptions): Promise<string[]> {
  const { world, withTestingNodes, pack } = options;
  for (const { name, summary } of world.inputFiles)
    await write(join(base, 'input', name), await makeFile(summary, false));
  for (const { path, summary } of world.frontEndFiles) {
    await write(join(base, 'front-end', path), await makeFile(summary, false));
  }
  await writeSaved(base, 'output', world);
  if (world.hasUserFolder) await mkdir(join(base, 'user', 'default'), { recursive: true });
  for (const name of world.checkpoints) {
    const path = join(models, 'checkpoints', name);
    await writeCheckpoint(path, world.metadata[name]);
    // As long as the recorded one, without taking that much of the disk. No scenario both shows a size and loads the file.
    if (world.sizes[name] !== undefined) await truncate(path, world.sizes[name]);
  }
  if (withTestingNodes) await installTestingPack(join(base, 'custom_nodes'));
  if (pack !== undefined) await write(join(base, 'custom_nodes', 'extra-nodes.mjs'), Buffer.from(pack));
  const folders = EXTRA_MODEL_FOLDERS.map(name => `  ${name}: ${name}\n`).join('');
  const yaml = `recording:\n  base_path: ${JSON.stringify(models)}\n  is_default: true\n${folders}`;
  await write(join(base, 'extra_model_paths.yaml'), Buffer.from(yaml));
  const frontEnd = world.frontEndFiles.length > 0 ? ['--front-end-root', join(base, 'front-end')] : [];
  return ['--extra-model-paths-config', join(base, 'extra_model_paths.yaml'), ...frontEnd];
}

async function writeSaved(base: string, place: 'output' | 'temp', { savedFiles }: RecordedWorld): Promise<void> {
  for (const [index, file] of savedFiles.entries()) {
    const letters = String.fromCharCode(...[4, 3, 2, 1, 0].map(digit => 97 + (Math.floor(index / 26 ** digit) % 26)));
    if (file.place === place)
      await write(join(base, place, file.name.replace('<rand5>', letters)), Buffer.from(file.name));
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** A tiny checkpoint with the metadata that the recording shows. */
async function writeCheckpoint(path: string, metadata: JsonObject = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  writeMiniCheckpoint(path);
  const bytes = await readFile(path);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, end)) as Record<string, unknown>;
  const text = Buffer.from(JSON.stringify({ ...header, __metadata__: metadata }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(path, Buffer.concat([length, text, bytes.subarray(end)]));
}

async function bringTo(port: number, world: RecordedWorld): Promise<void> {
  let next = 0;
  if (world.cached !== undefined) {
    const answer = await postPrompt(port, { prompt: primingPrompt(world.cached) });
    next = Number(member(answer, 'number') ?? 0) + 1;
    await untilIdle(port);
    await send(port, '/history', { method: 'POST', body: '{"clear": true}' });
  }
  // Rejected prompts count, too.
  for (; next < (world.nextNumber ?? 0); next++) await postPrompt(port, { prompt: {} });
}

async function postPrompt(port: number, body: JsonObject): Promise<JsonObject> {
  const answer = await send(port, '/prompt', { method: 'POST', body: stringifyLossless(body) });
  return parseLossless(answer.text) as JsonObject;
}

/** Resolves when no prompt is pending or running. @throws Error when that takes too long. */
export async function untilIdle(port: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isIdle(port))) {
    if (performance.now() > deadline) throw new Error(`prompts still run after ${PATIENCE_MS / 1000} seconds`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export async function isIdle(port: number): Promise<boolean> {
  const queue = parseLossless((await send(port, '/queue')).text);
  return [...arrayOf(member(queue, 'queue_running')), ...arrayOf(member(queue, 'queue_pending'))].length === 0;
}
