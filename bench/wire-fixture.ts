// What the wire is measured with: a base folder whose database holds a long history and a deep queue, and a large picture. The
// first waiting prompt never ends, so that the others go on waiting.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JobStore, openSqliteJobStore } from '@snug/store';

export interface WireSizes {
  readonly history: number;
  readonly pending: number;
  readonly pictureBytes: number;
}

export const pictureName = 'large.png';

/** Makes the folder; its server needs `--history-entries` of at least `history` and the pack of test nodes. */
export async function makeWireFolder({ history, pending, pictureBytes }: WireSizes): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'snug-wire-'));
  for (const folder of ['output', 'user', 'models']) await mkdir(join(base, folder));
  // Only its bytes travel; nobody decodes it.
  await writeFile(join(base, 'output', pictureName), randomBytes(pictureBytes));
  const jobs = await openSqliteJobStore({
    path: join(base, 'user', 'snug.db'),
    retention: { maxEntries: history + pending },
  });
  for (let i = 0; i < history; i++) await addFinished(jobs, i);
  await submit(jobs, -1, { 1: empty(0), 2: wait, 3: { class_type: 'PreviewImage', inputs: { images: ['2', 0] } } });
  for (let i = 0; i < pending; i++) await submit(jobs, history + i, trivial(i));
  await jobs.close();
  return base;
}

const empty = (color: number): object => ({
  class_type: 'EmptyImage',
  inputs: { width: 64, height: 64, batch_size: 1, color },
});
const wait = { class_type: 'TestWait', inputs: { image: ['1', 0], milliseconds: 1_000_000 } };
const trivial = (color: number): object => ({
  1: empty(color),
  2: { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  3: { class_type: 'PreviewImage', inputs: { images: ['2', 0] } },
});

async function submit(jobs: JobStore, number: number, prompt: object): Promise<string> {
  const promptId = randomUUID();
  const createdAtMs = 1_700_000_000_000 + number;
  await jobs.submit({
    promptId,
    number,
    numberIsFloat: false,
    clientId: 'bench',
    promptJson: JSON.stringify(prompt),
    extraDataJson: JSON.stringify({ client_id: 'bench', create_time: createdAtMs }),
    sensitiveJson: null,
    outputsToExecute: ['3'],
    createdAtMs,
  });
  return promptId;
}

async function addFinished(jobs: JobStore, i: number): Promise<void> {
  const promptId = await submit(jobs, i, trivial(i));
  await jobs.claim('bench');
  const at = (timestamp: number): object => ({ prompt_id: promptId, timestamp });
  const picture = { filename: `ComfyUI_temp_${i}.png`, subfolder: '', type: 'temp' };
  await jobs.finish(promptId, {
    statusStr: 'success',
    messagesJson: JSON.stringify([
      ['execution_start', at(i)],
      ['execution_cached', { nodes: [], ...at(i + 1) }],
      ['execution_success', at(i + 20)],
    ]),
    outputsJson: JSON.stringify({ 3: { images: [picture] } }),
    metaJson: JSON.stringify({ 3: { node_id: '3', display_node: '3', parent_node: null, real_node_id: '3' } }),
    finishedAtMs: Date.now(),
  });
}
