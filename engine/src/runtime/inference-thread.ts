// Entry of the worker thread: an in-thread backend behind messages. One request is answered before the next is taken, so the
// request to exit can never arrive inside a run: stopping a thread from outside while onnxruntime works aborts the process.
import { parentPort } from 'node:worker_threads';
import type { Tensor } from '../tensor/tensor.ts';
import { createInThreadBackend } from './in-thread-backend.ts';
import type { ThreadReply, ThreadRequest, ThreadResult } from './thread-messages.ts';

const port = parentPort;
if (!port) throw new Error('inference-thread must be started as a worker thread');

const backend = createInThreadBackend();
let previous: Promise<void> = Promise.resolve();

port.on('message', (request: ThreadRequest) => {
  previous = previous.then(() => answer(request));
});

async function answer(request: ThreadRequest): Promise<void> {
  try {
    const value = await perform(request);
    const tensors = request.method === 'run' ? Object.values(value as Record<string, Tensor>) : [];
    const buffers = tensors.map(({ data }) => data.buffer as ArrayBuffer);
    send({ id: request.id, value }, buffers);
  } catch (error) {
    send({ id: request.id, error: error instanceof Error ? error.message : String(error) });
  }
  if (request.method === 'dispose') port?.close(); // nothing else keeps the thread alive
}

async function perform(request: ThreadRequest): Promise<ThreadResult> {
  switch (request.method) {
    case 'open':
      return backend.open(request.request);
    case 'run':
      return backend.run(request.session, request.feeds, request.outputs);
    case 'close':
      await backend.close(request.session);
      return undefined;
    case 'dispose':
      await backend.dispose();
      return undefined;
  }
}

function send(reply: ThreadReply, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(reply, transfer);
}
