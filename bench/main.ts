// Measures this machine: start and idle memory of the server, overhead of trivial prompts, and, with a full-size checkpoint, the engine.
// usage: npm run bench -- [--only graph|media|sampling|wire] [--checkpoint SD15.safetensors] [--sides 256,512] [--repeats 3] [--peer http://127.0.0.1:PORT]
// A peer is any ComfyUI-compatible server on this machine; it gets the same prompts in the same run.
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { startServerProcess } from '../e2e/server-process.ts';
import { measureGraph } from './graph.ts';
import { type HttpFigures, measureHttp } from './http.ts';
import { type IdleFigures, measureIdle } from './idle.ts';
import { measureMedia } from './media.ts';
import { measureSampling } from './sampling.ts';
import { measureWholeRun } from './whole-run.ts';
import { measureWire, type WireFigures } from './wire.ts';

const { values } = parseArgs({
  options: {
    checkpoint: { type: 'string' },
    sides: { type: 'string', default: '256,512' },
    repeats: { type: 'string', default: '3' },
    prompts: { type: 'string', default: '500' },
    peer: { type: 'string' },
    /** One section alone: graph, media, sampling or wire. */
    only: { type: 'string' },
  },
});
const wireSizes = { history: 100_000, pending: 10_000, pictureBytes: 2 ** 21, sockets: 1000 };
const sizes = { prompts: Number(values.prompts), sockets: 200, pending: 2000 };

if (values.only === 'wire') {
  show('Start and idle', await measureIdle());
  show('Wire', await ownWire());
  process.exit();
}

if (values.only === 'media') {
  show('Pictures of 3840 x 2160, megapixels per second', await measureMedia(Number(values.repeats)));
  process.exit();
}

if (values.only !== 'sampling') show('Graph engine', await measureGraph());
if (values.only === 'graph') process.exit();

show('Sampling without a network', await measureSampling());
if (values.only === 'sampling') process.exit();

show('Pictures of 3840 x 2160, megapixels per second', await measureMedia(Number(values.repeats)));

const idle: IdleFigures = await measureIdle();
show('Start and idle', idle);

const http = await ownHttp();
show('Trivial prompts', http);
show('Wire', await ownWire());
if (values.peer !== undefined) {
  const peer = await measureHttp(values.peer, sizes);
  show(`Trivial prompts of the peer at ${values.peer}`, peer);
  show('Ours to the peer', ratios(http, peer));
}
if (values.checkpoint === undefined) {
  console.log('\nThe engine is measured with --checkpoint FILE (Stable Diffusion 1.5).');
} else {
  show('Engine', await inOwnProcess(values.checkpoint));
  show('Whole run, cold process, 256x256, 4 Euler steps', await measureWholeRun(values.checkpoint));
}

async function ownHttp(): Promise<HttpFigures> {
  await using server = await startServerProcess();
  return await measureHttp(server.url, sizes);
}

/** A long history and a deep queue: filling the database takes a minute. */
function ownWire(): Promise<WireFigures> {
  return measureWire(wireSizes);
}

function ratios(ours: HttpFigures, theirs: HttpFigures): Record<string, string> {
  const times = (a: number, b: number): string => `${(a / b).toFixed(1)} x`;
  return {
    serial: times(ours.serial.perSecond, theirs.serial.perSecond),
    concurrent16: times(ours.concurrent16.perSecond, theirs.concurrent16.perSecond),
    cached: times(ours.cached.perSecond, theirs.cached.perSecond),
  };
}

/** Peak and private memory are those of a process, so the engine gets one of its own. */
async function inOwnProcess(checkpoint: string): Promise<unknown> {
  const program = new URL('./engine-process.ts', import.meta.url).pathname;
  const args = [...process.execArgv, program, checkpoint, values.sides, values.repeats];
  const environment = { ...process.env, MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '0' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment, maxBuffer: 1 << 24 });
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}

function show(title: string, figures: object | unknown): void {
  console.log(`\n## ${title}\n${JSON.stringify(figures, null, 2)}`);
}
