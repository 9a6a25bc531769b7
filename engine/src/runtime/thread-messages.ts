// Messages between `thread-backend.ts` and `inference-thread.ts`: numbered calls of the backend interface and their answers.
import type { Tensor } from '../tensor/tensor.ts';
import type { Feeds, OpenRequest } from './backend.ts';

/** Answer of each method. */
export type ThreadResult = number | Readonly<Record<string, Tensor>> | undefined;

export type ThreadCall =
  | { readonly method: 'open'; readonly request: OpenRequest }
  | {
      readonly method: 'run';
      readonly session: number;
      readonly feeds: Feeds;
      readonly outputs: readonly string[];
    }
  | { readonly method: 'close'; readonly session: number }
  | { readonly method: 'dispose' };

export type ThreadRequest = ThreadCall & { readonly id: number };

export type ThreadReply =
  | { readonly id: number; readonly value: ThreadResult }
  | { readonly id: number; readonly error: string };
