// A server on a free port over the real embedded adapters in a temporary folder; only prompts and pixels are faked.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BlobStore,
  createLocalEventBus,
  type EventBus,
  type JobStore,
  openDiskBlobStore,
  openDiskUserStore,
  openSqliteJobStore,
} from '@snug/store';
import { createServer, type ServerOptions, type SnugServer } from '../src/index.ts';
import type { ModelFolders } from '../src/ports.ts';
import { fakeImageCodec } from './fake-image-codec.ts';
import { FakeRunner } from './fake-runner.ts';
import { type Answer, type Sending, send } from './http-client.ts';

const models: ModelFolders = {
  keys: () => ['checkpoints', 'configs', 'embeddings'],
  foldersOf: key => (key === 'checkpoints' ? ['/models/checkpoints'] : []),
  extensionsOf: () => [],
  weightFiles: async () => ({ total: 0, files: [] }),
  resolve: () => undefined,
  list: async key =>
    ({ checkpoints: ['a.safetensors', 'sub/b.ckpt'], configs: [], embeddings: ['sub/e.v1.pt', 'f.safetensors'] })[key],
};

export interface TestServer {
  readonly server: SnugServer;
  readonly port: number;
  /** Holds `input`, `output`, `temp` and `user`. */
  readonly folder: string;
  readonly jobs: JobStore;
  readonly events: EventBus;
  readonly blobs: BlobStore;
  readonly runner: FakeRunner;
  send(path: string, sending?: Sending): Promise<Answer>;
  post(path: string, document: unknown): Promise<Answer>;
  close(): Promise<void>;
}

export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-server-'));
  const jobs = options.jobs ?? (await openSqliteJobStore({ path: join(folder, 'jobs.db') }));
  const events = createLocalEventBus();
  const blobs = await openDiskBlobStore({
    input: join(folder, 'input'),
    output: join(folder, 'output'),
    temp: join(folder, 'temp'),
  });
  const runner = new FakeRunner();
  const server = await createServer({
    jobs,
    events,
    blobs,
    users: openDiskUserStore({ folder: join(folder, 'user') }),
    runner,
    models,
    imageCodec: fakeImageCodec,
    versions: { comfyui: '0.33.1', python: 'none', pytorch: 'none', requiredFrontend: null, templates: null },
    argv: ['snug', 'serve'],
    port: 0,
    ...options,
  });
  const [address] = await server.listen();
  const port = address?.port ?? 0;
  return {
    server,
    port,
    folder,
    jobs,
    events,
    blobs,
    runner,
    send: (path, sending) => send(port, path, sending),
    post: (path, document) => send(port, path, { method: 'POST', body: JSON.stringify(document) }),
    close: async () => {
      await server.close();
      if (options.jobs === undefined) await jobs.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
