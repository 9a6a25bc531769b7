// The backend that calls onnxruntime on the calling thread, which it blocks while a session is opened or runs (in spite of the
// promises). onnxruntime is loaded at the first session: a process that runs no model never pays for it.
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Feeds, InferenceBackend, OpenRequest } from './backend.ts';

export function createInThreadBackend(): InferenceBackend {
  const sessions = new Map<number, InferenceSession>();
  let nextNumber = 1;

  return {
    async open(request) {
      const { env, InferenceSession } = await import('onnxruntime-node');
      env.logLevel = 'fatal'; // whatever goes wrong is thrown as well, and a library does not print
      const session = await InferenceSession.create(request.model, sessionOptions(request));
      const number = nextNumber++;
      sessions.set(number, session);
      return number;
    },

    async run<Output extends string>(number: number, feeds: Feeds, outputs: readonly Output[]) {
      const ort = await import('onnxruntime-node');
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, { data, dims }] of Object.entries(feeds)) inputs[name] = new ort.Tensor(data, dims);
      const results = await requireSession(sessions, number).run(inputs, outputs);
      const copies = outputs.map(name => [name, copyTensor(name, results[name])] as const);
      return Object.fromEntries(copies) as Record<Output, Tensor>;
    },

    async close(number) {
      const session = requireSession(sessions, number);
      sessions.delete(number);
      await session.release();
    },

    async dispose() {
      for (const session of sessions.values()) await session.release();
      sessions.clear();
    },
  };
}

/** Options of docs/engine.md. `extra` is nested by group: onnxruntime joins the keys with dots. */
function sessionOptions({ folder, device, threads, tuning }: OpenRequest): InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    graphOptimizationLevel: tuning.optimization,
    ...(threads > 0 && { intraOpNumThreads: threads }),
    enableMemPattern: false, // planned blocks come on top of the arena's: a third more memory for no gain in speed
    logSeverityLevel: 4,
    extra: {
      session: {
        model_external_initializers_file_folder_path: folder,
        disable_prepacking: '1', // copies all weights and gains nothing
        intra_op: { allow_spinning: '0' }, // no slower, and kinder to whoever shares the machine
      },
    },
  };
}

function requireSession(sessions: ReadonlyMap<number, InferenceSession>, number: number): InferenceSession {
  const session = sessions.get(number);
  if (!session) throw new Error(`session ${number} is not open`);
  return session;
}

/** onnxruntime's result lives in its own memory; a copy has an ordinary buffer that can be transferred between threads. */
function copyTensor(name: string, result: OrtTensor | undefined): Tensor {
  if (!(result?.data instanceof Float32Array)) {
    throw new EngineError('GRAPH_INVALID', { operator: 'Graph', reason: `output "${name}" is not float32` });
  }
  return { data: result.data.slice(), dims: [...result.dims] };
}
