// Scripts as users of other servers have them, unmodified: Python's standard library only.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stringifyLossless } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { colourPrompt, diffusionPrompt } from './prompts.ts';
import { repository, type ServerProcess, startServerProcess } from './server-process.ts';
import { writeSmallCheckpoint } from './small-checkpoint.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const pngSignature = '89504e470d0a1a0a';

async function python(script: string, address: string, prompt: object): Promise<Record<string, unknown>> {
  const child = spawn('python3', [join(repository, 'e2e', 'python', script), address]);
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  child.stdin.end(stringifyLossless(prompt));
  const [code] = (await once(child, 'close')) as [number];
  expect(code, err.join('')).toBe(0);
  // Python writes the full digits of big integers, which JSON.parse would round.
  return JSON.parse(out.join('').replace(/"seed": (\d+)/, '"seed": "$1"')) as Record<string, unknown>;
}

describe.runIf(hasPython)('Python scripts', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess({ flags: ['--preview-method', 'latent2rgb'] });
    await writeSmallCheckpoint(join(server.base, 'models', 'checkpoints', 'small.safetensors'));
  });

  afterAll(() => server[Symbol.asyncDispose]());

  it('queue a prompt with urllib, poll the history and download the picture', async () => {
    const prompt = colourPrompt({ prefix: 'urllib' });
    (prompt['1']?.inputs ?? {})['seed'] = 18446744073709551615n;
    expect(await python('queue_prompt.py', server.address, prompt)).toEqual({
      status: 'success',
      seed: '18446744073709551615',
      signatures: [pngSignature],
    });
  });

  it('follow a prompt over the WebSocket until executing null', async () => {
    const prompt = diffusionPrompt('small.safetensors', { steps: 3 });
    const result = await python('websocket_loop.py', server.address, prompt);
    expect(result).toMatchObject({ first: 'status', signatures: [pngSignature] });
    expect(result['previews']).toBeGreaterThanOrEqual(1);
    expect(result['types']).toEqual(
      expect.arrayContaining(['executed', 'execution_success', 'progress', 'progress_state']),
    );
  });
});
