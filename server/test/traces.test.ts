// Replays recordings of the reference, version 0.3.64. Where we follow newer behaviour, or the specification drops a quirk,
// the difference is written down here with its reason.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PNG_SIGNATURE } from './fake-image-codec.ts';
import type { Answer } from './http-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import { type RecordedRequest, readTrace, sendingOf } from './trace.ts';

/** How our answer differs from the recorded one, on purpose. */
interface Difference {
  readonly reason: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** `undefined` in the table leaves the body unchecked. */
  readonly response?: unknown;
}

const drop = "a quirk that the specification drops: bad input is the client's fault";
const download = 'newer: what could act as a page of this origin is offered as a download';
const octetStream = (name: string): Difference => ({
  reason: download,
  headers: { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${name}"` },
});

const coreScripts = [
  'clipspace',
  'colorPalette',
  'groupNode',
  'groupNodeManage',
  'maskEditorOld',
  'vintageClipboard',
  'widgetInputs',
].map(name => `/extensions/core/${name}.js`);

/** By recording and `seq` of the request. `skip` marks what another room or a later route answers. */
const differences: Readonly<Record<string, Readonly<Record<number, Difference | 'skip'>>>> = {
  upload_image: {
    35: { reason: drop, status: 400 },
    37: { reason: drop, status: 400 },
    45: { reason: drop, status: 400 },
    47: {
      reason: 'folders in front of a name are created',
      status: 200,
      response: { name: 'x/y.png', subfolder: 'a', type: 'input' },
    },
    51: { reason: drop, status: 400 },
    53: { reason: drop, status: 400 },
    77: 'skip',
  },
  upload_mask: {
    11: { reason: drop, status: 404 },
    15: { reason: drop, status: 404 },
    19: { reason: drop, status: 400 },
    21: { reason: drop, status: 403 },
    23: { reason: drop, status: 400 },
    25: { reason: drop, status: 400 },
  },
  free: { 13: 'skip' },
  view: {
    127: { reason: 'the recording has no contents', headers: { 'content-type': 'text/plain' }, response: undefined },
    129: octetStream('v.html'),
    131: octetStream('v.svg'),
    133: octetStream('v.js'),
  },
  system_and_static: {
    // Values differ; the shape has a test of its own.
    1: { reason: 'newer keys', response: undefined },
    3: { reason: 'newer keys', response: undefined },
    5: { reason: 'newer flags', response: undefined },
    7: { reason: 'sorted; the recorded order is that of the file system', response: coreScripts },
    13: 'skip',
    15: 'skip',
    17: 'skip',
    29: {
      reason: 'newer: never cached',
      headers: { 'cache-control': 'no-store, must-revalidate', 'content-type': 'text/html' },
    },
    35: {
      reason: 'with the charset that the specification gives',
      headers: { 'content-type': 'application/javascript; charset=utf-8' },
    },
    43: {
      reason: 'with the charset that the specification gives',
      headers: { 'content-type': 'application/javascript; charset=utf-8' },
    },
    47: { reason: 'newer: a missing picture may appear soon', headers: { 'cache-control': 'public, max-age=3600' } },
    51: {
      reason: 'newer: never cached',
      headers: { 'cache-control': 'no-store, must-revalidate', 'content-type': 'text/html' },
    },
  },
};

const frontEndFiles = [
  'index.html',
  'user.css',
  'scripts/app.js',
  'templates/default.json',
  'templates/default.jpg',
  'docs/index.html',
  ...[
    'groupNode',
    'maskEditorOld',
    'clipspace',
    'colorPalette',
    'widgetInputs',
    'groupNodeManage',
    'vintageClipboard',
  ].map(name => `extensions/core/${name}.js`),
];

let frontEndRoot: string;
let server: TestServer;

beforeAll(async () => {
  frontEndRoot = await mkdtemp(join(tmpdir(), 'snug-trace-'));
  for (const name of frontEndFiles) {
    await mkdir(dirname(join(frontEndRoot, name)), { recursive: true });
    await writeFile(join(frontEndRoot, name), name);
  }
});

afterAll(() => rm(frontEndRoot, { recursive: true, force: true }));

/** Sends a recorded request and compares the answer with the recording, or with the declared difference. */
async function replay(request: RecordedRequest, difference?: Difference): Promise<void> {
  const answer = await server.send(request.path, sendingOf(request, server.port));
  expect(answer.status).toBe(difference?.status ?? request.status);
  expect(answer.headers).toMatchObject(
    difference?.headers ?? (difference?.status === undefined ? request.response_headers : {}),
  );
  if (difference !== undefined && 'response' in difference) {
    if (difference.response !== undefined) expectBody(answer, difference.response);
  } else if (difference?.status === undefined) expectBody(answer, request.response);
  else expect(answer.text).toBe('');
}

function expectBody(answer: Answer, recorded: unknown): void {
  if (typeof recorded === 'string') {
    if (!recorded.startsWith('<omitted')) expect(answer.text).toBe(recorded);
    return;
  }
  const { binary, length, pixels_sha256 } = recorded as { binary?: boolean; length?: number; pixels_sha256?: string };
  // Re-encoded pictures have no comparable size here; a recorded file keeps its length.
  if (binary !== true) expect(answer.json()).toEqual(recorded);
  else if (pixels_sha256 === undefined && answer.status === 206) expect(answer.body).toHaveLength(length ?? 0);
}

describe.each([
  'free',
  'origin_and_options',
  'system_and_static',
  'upload_image',
  'upload_mask',
  'validate_http_level',
  'view',
  'ws_not_upgrade',
])('%s', name => {
  beforeAll(async () => {
    server = await startTestServer({ frontEndRoot });
    await writeFile(join(server.folder, 'input', 'example.png'), PNG_SIGNATURE);
  });

  afterAll(() => server.close());

  const requests = readTrace(name);
  for (const [index, request] of requests.entries()) {
    const difference = differences[name]?.[request.seq];
    if (difference === 'skip') continue;
    const title = `${index + 1}: ${request.method} ${request.path}${difference === undefined ? '' : ` (${difference.reason})`}`;
    test(title, () => replay(request, difference));
  }
});
