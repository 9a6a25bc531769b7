import { once } from 'node:events';
import { encodePreviewFrame, encodePreviewWithMetadataFrame, type Prompt } from '@snug/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AbortedError,
  ExecutionFailedError,
  ExecutionInterruptedError,
  PromptRemovedError,
  SnugClient,
} from '../src/index.ts';
import { historyEntry, json, ScriptedServer } from './scripted-server.ts';

const prompt: Prompt = { '9': { class_type: 'SaveImage', inputs: {} } };
const image = { filename: 'x_00001_.png', subfolder: '', type: 'output' };

let server: ScriptedServer;
let client: SnugClient;
/** The prompt that was submitted last. */
let submittedId: string | undefined;
let finished: Record<string, object>;

beforeEach(async () => {
  submittedId = undefined;
  finished = {};
  server = await ScriptedServer.start();
  client = new SnugClient({ baseUrl: server.url, clientId: 'me' });
  server.routes['/prompt'] = ({ body }) => {
    const id = String((JSON.parse(String(body)) as { prompt_id: string }).prompt_id);
    accept(id);
    return json({ prompt_id: id, number: 0, node_errors: {} });
  };
  server.routes['/queue'] = () => {
    const waits = submittedId !== undefined && finished[submittedId] === undefined;
    return json({ queue_running: waits ? [[0, submittedId, prompt, {}, []]] : [], queue_pending: [] });
  };
});

afterEach(() => server.close());

function accept(id: string): void {
  submittedId = id;
  server.routes[`/history/${id}`] = () => json(finished[id] === undefined ? {} : { [id]: finished[id] });
}

/** Writes the history entry and tells the sockets. */
function finish(id: string, end: [string, object] = ['execution_success', {}]): void {
  finished[id] = historyEntry(id, end, { '9': { images: [image] } });
  server.send(end[0], { prompt_id: id, ...end[1] });
  server.send('executing', { node: null, prompt_id: id });
}

describe('run', () => {
  it('follows the prompt to the end marker and answers its outputs', async () => {
    const result = await client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId) });

    expect(result.status).toMatchObject({ statusStr: 'success', isCompleted: true });
    expect(result.outputs).toEqual({ '9': { images: [image] } });
    expect(result.files).toEqual([{ ...image, nodeId: '9', kind: 'images' }]);
    expect(server.sockets).toHaveLength(1);
  });

  it('connects under its client id and asks for preview metadata first', async () => {
    let url = '';
    const first = new Promise<string>(resolve => {
      server.onSocket = (socket, path) => {
        url = path;
        socket.once('message', data => resolve(String(data)));
      };
    });
    await client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId) });

    expect(url).toBe('/ws?clientId=me');
    expect(JSON.parse(await first)).toEqual({ type: 'feature_flags', data: { supports_preview_metadata: true } });
  });

  it('reports each step once, from progress and from progress_state', async () => {
    const steps: string[] = [];
    const nodes: string[] = [];
    await client.run(prompt, {
      onSubmitted: ({ promptId: id }) => {
        server.send('executing', { node: '3', display_node: '3', prompt_id: id });
        server.send('progress_state', { prompt_id: id, nodes: { '3': { value: 0, max: 1, state: 'running' } } });
        server.send('progress_state', { prompt_id: id, nodes: { '3': { value: 1, max: 4, state: 'running' } } });
        server.send('progress', { value: 1, max: 4, prompt_id: id, node: '3' });
        server.send('progress', { value: 2, max: 4, prompt_id: id, node: '3' });
        server.send('progress', { value: 9, max: 9, prompt_id: 'someone else', node: '3' });
        finish(id);
      },
      onProgress: ({ nodeId, value, max }) => steps.push(`${nodeId}: ${value}/${max}`),
      onNode: nodeId => nodes.push(nodeId),
    });
    expect(steps).toEqual(['3: 1/4', '3: 2/4']);
    expect(nodes).toEqual(['3']);
  });

  it('understands previews of both formats', async () => {
    const previews: string[] = [];
    await client.run(prompt, {
      onSubmitted: ({ promptId: id }) => {
        const ids = { prompt_id: id, display_node_id: '3', parent_node_id: null, real_node_id: '3' };
        const bytes = new Uint8Array([255, 216, 255]);
        server.send('executing', { node: '7', display_node: '7', prompt_id: id });
        for (const socket of server.sockets) {
          socket.send(encodePreviewFrame({ format: 'png', image: bytes }));
          const metadata = { node_id: '3', ...ids };
          socket.send(encodePreviewWithMetadataFrame({ format: 'jpeg', image: bytes, metadata }));
          const foreign = { ...metadata, prompt_id: 'someone else' };
          socket.send(encodePreviewWithMetadataFrame({ format: 'jpeg', image: bytes, metadata: foreign }));
          socket.send(new Uint8Array([9]));
        }
        finish(id);
      },
      onPreview: ({ nodeId, format, image: bytes }) => previews.push(`${nodeId} ${format} ${bytes.length}`),
    });
    expect(previews).toEqual(['7 png 3', '3 jpeg 3']);
  });

  it('reports events that overtake the answer to the submission', async () => {
    server.routes['/prompt'] = async ({ body }) => {
      const { prompt_id: id } = JSON.parse(String(body)) as { prompt_id: string };
      accept(id);
      server.send('progress', { value: 1, max: 2, prompt_id: id, node: '3' });
      finish(id);
      // The socket's frames are on their way once a ping has come back.
      for (const socket of server.sockets) {
        socket.ping();
        await once(socket, 'pong');
      }
      return json({ prompt_id: id, number: 0, node_errors: {} });
    };
    const steps: number[] = [];
    const result = await client.run(prompt, { onProgress: ({ value }) => steps.push(value) });
    expect(result.promptId).toBe(submittedId);
    expect(steps).toEqual([1]);
  });

  it('follows the id that the server gave when it ignores the chosen one', async () => {
    server.routes['/prompt'] = () => {
      accept('its-own');
      return json({ prompt_id: 'its-own', number: 0, node_errors: {} });
    };
    const result = await client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId) });
    expect(result.promptId).toBe('its-own');
  });

  it('polls when the server takes no sockets', async () => {
    server.takesSockets = false;
    const result = await client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId) });
    expect(result.status.isCompleted).toBe(true);
  });

  it('finds the end that it missed while the socket was down', async () => {
    const result = await client.run(prompt, {
      onSubmitted: ({ promptId }) => {
        for (const socket of server.sockets.splice(0)) {
          socket.terminate();
        }
        finish(promptId);
      },
    });
    expect(result.files).toHaveLength(1);
  });

  it('survives answers that fail in passing', async () => {
    const result = await client.run(prompt, {
      onSubmitted: ({ promptId: id }) => {
        let looks = 0;
        server.routes[`/history/${id}`] = () => {
          looks++;
          return looks < 3 ? 'drop' : json({ [id]: historyEntry(id, ['execution_success', {}]) });
        };
        server.send('executing', { node: null, prompt_id: id });
      },
    });
    expect(result.status.isCompleted).toBe(true);
  });

  it('gives up on a server that stays silent', async () => {
    const run = client.run(prompt, {
      unreachableLimitMs: 1,
      onSubmitted: ({ promptId: id }) => {
        server.routes[`/history/${id}`] = () => 'drop';
        server.send('executing', { node: null, prompt_id: id });
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  it('throws the failure of a node', async () => {
    const data = {
      node_id: '3',
      node_type: 'KSampler',
      exception_message: 'NaN in the latent\n',
      exception_type: 'ValueError',
      traceback: ['a', 'b'],
    };
    const run = client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId, ['execution_error', data]) });

    const failure = await run.catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(ExecutionFailedError);
    expect((failure as ExecutionFailedError).failure).toMatchObject({ nodeId: '3', traceback: ['a', 'b'] });
    expect((failure as Error).message).toMatch(/failed in node 3 \(KSampler\): NaN in the latent$/);
  });

  it('throws when somebody interrupts the prompt', async () => {
    const end: [string, object] = ['execution_interrupted', { node_id: '3', node_type: 'KSampler', executed: [] }];
    const run = client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId, end) });
    await expect(run).rejects.toThrow(ExecutionInterruptedError);
  });

  it('throws when somebody deletes the waiting prompt', async () => {
    server.takesSockets = false;
    const run = client.run(prompt, {
      onSubmitted: () => {
        server.routes['/queue'] = () => json({ queue_running: [], queue_pending: [] });
      },
    });
    await expect(run).rejects.toThrow(PromptRemovedError);
  });

  it('takes the prompt off the server when the caller aborts', async () => {
    server.routes['/interrupt'] = () => ({});
    const controller = new AbortController();
    const run = client.run(prompt, { signal: controller.signal, onSubmitted: () => controller.abort() });

    await expect(run).rejects.toThrow(AbortedError);

    const bodies = server.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(String(body)));
    expect(bodies.slice(1)).toEqual([{ delete: [submittedId] }, { prompt_id: submittedId }]);
  });

  it('closes its socket when nothing is followed any more', async () => {
    const closed = new Promise<void>(resolve => {
      server.onSocket = socket => socket.once('close', () => resolve());
    });
    await client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId) });
    await closed;
  });

  it('opens a new socket for the next run', async () => {
    for (const run of [1, 2]) {
      const steps: number[] = [];
      await client.run(prompt, {
        onSubmitted: ({ promptId: id }) => {
          server.sockets
            .at(-1)
            ?.send(JSON.stringify({ type: 'progress', data: { value: run, max: 9, prompt_id: id, node: '3' } }));
          finish(id);
        },
        onProgress: ({ value }) => steps.push(value),
      });
      expect(steps).toEqual([run]);
    }
    expect(server.sockets).toHaveLength(2);
  });

  it('shares one socket between prompts that run at once', async () => {
    const runs = [1, 2, 3].map(() => client.run(prompt, { onSubmitted: ({ promptId }) => finish(promptId) }));
    const results = await Promise.all(runs);
    expect(new Set(results.map(({ promptId }) => promptId)).size).toBe(3);
    expect(server.sockets).toHaveLength(1);
  });
});
