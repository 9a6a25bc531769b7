// A server inside this process for one command: on a free port of this machine, with a queue and a temp folder of its own,
// so that it neither disturbs nor is stopped by a server that works in the same folders.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { createLogger } from './logger.ts';
import { type RunningServer, startServer } from './start-server.ts';

export interface PrivateServer extends AsyncDisposable {
  readonly url: string;
  readonly folders: RunningServer['folders'];
}

export interface PrivateServerOptions {
  /** Use nothing of the base folder: uploads and node packs too are the command's own. */
  readonly isIsolated?: boolean;
}

/** Settings that say how a server can be reached mean nothing here; all others hold. */
export async function startPrivateServer(config: Config, options: PrivateServerOptions = {}): Promise<PrivateServer> {
  const scratch = await mkdtemp(join(tmpdir(), 'snug-'));
  const removeScratch = () => rm(scratch, { recursive: true, force: true });
  try {
    const server = await startServer({
      config: {
        ...config,
        listen: ['127.0.0.1'],
        port: 0,
        listeners: undefined,
        tlsKeyfile: undefined,
        tlsCertfile: undefined,
        frontEndVersion: undefined,
        baseDirectory: options.isIsolated ? scratch : config.baseDirectory,
        userDirectory: config.userDirectory ?? scratch,
        tempDirectory: config.tempDirectory ?? scratch,
      },
      argv: [],
      logger: await createLogger(config.verbose, { quiet: true }),
    });
    return {
      url: server.url,
      folders: server.folders,
      async [Symbol.asyncDispose]() {
        await server.close();
        await removeScratch();
      },
    };
  } catch (error) {
    await removeScratch();
    throw error;
  }
}
