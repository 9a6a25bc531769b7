// Submissions that are sent again because their answer was lost (spec clients.md section 4). A client that chooses the prompt id
// and sends a header `Idempotency-Key` (any value) runs its prompt once however often it tries: what is known under the id
// already is answered again. Without the header every submission counts, as with the reference.
import { stringifyLossless } from '@snug/protocol';
import type { JobStore } from '@snug/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { jsonTextReply } from '../http/replies.ts';
import { numberJson } from './job-json.ts';

export interface Resubmissions {
  /** Answers as the first submission was answered, or calls `accept`. Submissions of one id come one after the other. */
  answer(
    submission: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly promptId: string },
    accept: () => Promise<FastifyReply>,
  ): Promise<FastifyReply>;
}

export function createResubmissions(jobs: Pick<JobStore, 'details'>): Resubmissions {
  /** The latest submission of each id that is under way. */
  const underWay = new Map<string, Promise<FastifyReply>>();
  return {
    async answer({ request, reply, promptId }, accept) {
      if (!isRepeatable(request)) return accept();
      const once = async (): Promise<FastifyReply> => {
        const known = await jobs.details(promptId);
        if (known === undefined) return accept();
        const id = stringifyLossless(known.promptId);
        const json = `{"prompt_id":${id},"number":${numberJson(known)},"node_errors":{}}`;
        return jsonTextReply(reply.header('idempotency-replayed', 'true'), json);
      };
      // Whether the one before was accepted, refused or failed: its outcome is in the store.
      const mine = (underWay.get(promptId) ?? Promise.resolve()).then(once, once);
      underWay.set(promptId, mine);
      try {
        return await mine;
      } finally {
        if (underWay.get(promptId) === mine) underWay.delete(promptId);
      }
    },
  };
}

function isRepeatable({ headers }: FastifyRequest): boolean {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '';
}
