// Prompts that ask to go on without failed nodes (spec execution-test-catalog.md section 5), over HTTP and WebSocket.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, getJson, openSocket, type SocketLog } from '../prompts.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';

describe('node_failure_policy', () => {
  let server: ServerProcess;
  let log: SocketLog;

  beforeAll(async () => {
    server = await startServerProcess({ packs: ['bad-nodes.mjs'] });
    log = await openSocket(server.url, 'policy');
  });

  afterAll(async () => {
    log.socket.close();
    await server[Symbol.asyncDispose]();
  });

  const prompt = {
    bad: { class_type: 'BadReject', inputs: {} },
    lost: { class_type: 'Sink', inputs: { value: ['bad', 0] } },
    fine: { class_type: 'Sink', inputs: { value: 'fine' } },
  };

  async function submit(policy: unknown): Promise<{ status: number; id: string }> {
    const body = JSON.stringify({ prompt, client_id: 'policy', node_failure_policy: policy });
    const response = await fetch(`${server.url}/prompt`, { method: 'POST', body });
    return { status: response.status, id: ((await response.json()) as { prompt_id: string }).prompt_id };
  }

  it('continue_independent: runs the other branch and ends as a partial success', async () => {
    const { id } = await submit('continue_independent');
    await log.ended(id);
    const own = log.messages.filter(({ data }) => data['prompt_id'] === id);
    const summary = {
      completion_status: 'partial_success',
      has_errors: true,
      execution_error_count: 1,
      blocked_node_ids: ['lost'],
      blocked_output_node_ids: ['lost'],
      successful_output_node_ids: ['fine'],
    };
    expect(own.find(({ type }) => type === 'execution_node_error')?.data).toMatchObject({ node_id: 'bad' });
    expect(own.find(({ type }) => type === 'execution_success')?.data).toMatchObject(summary);
    expect(own.some(({ type }) => type === 'execution_error')).toBe(false);
    const entry = (await getJson(`${server.url}/history/${id}`))[id];
    expect(at(entry, 'status')).toMatchObject({ status_str: 'success', execution_summary: summary });
    expect(at(entry, 'outputs')).toEqual({ fine: { text: ['fine'] } });
    expect(Object.keys(at(entry, 'prompt', 3) as object).sort()).toEqual(['client_id', 'create_time']);
  });

  it('fail_fast: ends with the first failure', async () => {
    const { id } = await submit('fail_fast');
    await log.ended(id);
    const entry = (await getJson(`${server.url}/history/${id}`))[id];
    expect(at(entry, 'status', 'status_str')).toBe('error');
    expect(at(entry, 'status', 'execution_summary')).toBeUndefined();
  });

  it.each(['sometimes', '', 5, false, ['fail_fast']])('%j: is refused', async policy => {
    expect((await submit(policy)).status).toBe(400);
  });
});
