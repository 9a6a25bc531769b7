// Messages between `thread-backend.ts` and `inference-thread.ts`: numbered calls of the backend interface and their answers.
import type { OpenRequest, RuntimeTensors } from './backend.ts';

export type ThreadCall =
  | { readonly method: 'open'; readonly request: OpenRequest }
  | {
      readonly method: 'run';
      readonly session: number;
      readonly feeds: RuntimeTensors;
      readonly outputs: readonly string[];
    }
  | { readonly method: 'close'; readonly session: number }
  | { readonly method: 'dispose' };

export type ThreadRequest = ThreadCall & { readonly id: number };

export type ThreadReply =
  | { readonly id: number; readonly value: number | RuntimeTensors | undefined }
  | { readonly id: number; readonly error: string };
