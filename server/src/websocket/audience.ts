// Who receives an event of a run (the table of spec websocket.md section 2, with the additions of section 8). A prompt
// with a client id talks to that client; without one, part of its events go to everybody and the rest to sockets that
// connected without an id.
import type { ExecutionEvent } from '@snug/protocol';

export type Audience =
  /** Every socket that is registered under an id. */
  | { readonly kind: 'everyone' }
  /** The socket of one client; kept for it while it is away. */
  | { readonly kind: 'client'; readonly clientId: string }
  /** Sockets whose URL had no client id. */
  | { readonly kind: 'anonymous' };

const everyone: Audience = { kind: 'everyone' };
const anonymous: Audience = { kind: 'anonymous' };

/** @param clientId of the prompt; `''` is a client that never has a socket. */
export function audienceOf(event: ExecutionEvent, clientId: string | null): Audience {
  if (event.type === 'custom' || event.type === 'text') return everyone;
  if (clientId !== null) return { kind: 'client', clientId };
  switch (event.type) {
    case 'execution_interrupted':
    case 'preview':
    case 'progress':
    case 'progress_state':
      return everyone;
    case 'execution_error':
      return isBlockedBranch(event) ? everyone : anonymous;
    default:
      return anonymous;
  }
}

/** The error of a branch that a node blocked: the run goes on (spec websocket.md 5.7). */
function isBlockedBranch({ data }: Extract<ExecutionEvent, { type: 'execution_error' }>): boolean {
  return data.exception_type === 'ExecutionBlocked' && data.timestamp === undefined;
}
