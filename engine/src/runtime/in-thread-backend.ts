// The backend that calls onnxruntime on the calling thread, which it blocks while a session is opened or runs (in spite of the
// promises). onnxruntime is loaded at the first session: a process that runs no model never pays for it.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineError } from '../errors.ts';
import type { InferenceBackend, OpenRequest, RuntimeTensor, RuntimeTensors } from './backend.ts';

export function createInThreadBackend(): InferenceBackend {
  const sessions = new Map<number, InferenceSession>();
  let nextNumber = 1;

  return {
    async open(request) {
      const { InferenceSession } = await import('onnxruntime-node');
      const session = await InferenceSession.create(request.model, sessionOptions(request));
      const number = nextNumber++;
      sessions.set(number, session);
      return number;
    },

    async run(number, feeds, outputs) {
      const { Tensor } = await import('onnxruntime-node');
      const tensors: Record<string, Tensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(feeds)) tensors[name] = new Tensor(type, data, dims);
      const results = await requireSession(sessions, number).run(tensors, outputs);
      const copies: Record<string, RuntimeTensor> = {};
      for (const name of outputs) {
        const result = results[name];
        if (result) copies[name] = copyTensor(result);
      }
      return copies satisfies RuntimeTensors;
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
    logSeverityLevel: 3, // warnings here are about weights that a graph does not use
    extra: {
      session: {
        model_external_initializers_file_folder_path: folder,
        disable_prepacking: tuning.isPrepacked ? '0' : '1',
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
function copyTensor({ type, data, dims }: Tensor): RuntimeTensor {
  if (type === 'float32') return { type, data: (data as Float32Array).slice(), dims: [...dims] };
  throw new EngineError('GRAPH_INVALID', { operator: 'Graph', reason: `outputs of type ${type} are not read` });
}
