// One run in the child: parses the job's texts, feeds the executor, and turns what it answers into the texts of a history entry.
import type { Executor } from '@snug/execution';
import {
  type ExecutionEvent,
  type JsonObject,
  type NodeProgress,
  type Prompt,
  parseLossless,
  stringifyLossless,
} from '@snug/protocol';
import type { RunOutcome, RunRequest } from '../messages.ts';
import { createClassPace } from './class-pace.ts';
import type { Outbox } from './outbox.ts';

export interface PromptRunnerOptions {
  readonly executor: Executor;
  readonly outbox: Pick<Outbox, 'postEvent' | 'flush'>;
  /** Notes the node that starts, for the report of a crash. */
  readonly noteNode: (promptId: string, nodeId: string) => void;
}

export interface PromptRunner {
  run(request: RunRequest): Promise<RunOutcome>;
  /** Aborts the running prompt if it is this one. */
  abort(promptId: string): void;
}

export function createPromptRunner({ executor, outbox, noteNode }: PromptRunnerOptions): PromptRunner {
  const pace = createClassPace();
  let current: { readonly promptId: string; readonly controller: AbortController } | undefined;
  return {
    async run(request) {
      const { promptId } = request;
      const controller = new AbortController();
      current = { promptId, controller };
      const prompt = parseLossless(request.promptJson) as unknown as Prompt;
      let nodes: Readonly<Record<string, NodeProgress>> = {};
      let isInterrupted = false;
      const emit = (event: ExecutionEvent): void => {
        outbox.postEvent(promptId, event);
        if (event.type === 'execution_interrupted') isInterrupted = true;
        else if (event.type === 'progress_state') {
          nodes = event.data.nodes;
          pace.observe(nodes);
        } else if (event.type === 'executing' && event.data.node !== null) {
          // The host knows nodes of the prompt only, not those that expansion added.
          const realId = nodes[event.data.node]?.real_node_id ?? event.data.node;
          noteNode(promptId, realId);
          // A node may compute for long without giving the turn back: it is announced before.
          if (!pace.isQuick(event.data.node, prompt[realId]?.class_type ?? '')) outbox.flush();
        }
      };
      const sensitive = request.sensitiveJson === null ? null : (parseLossless(request.sensitiveJson) as JsonObject);
      try {
        const result = await executor.run({
          promptId,
          clientId: request.clientId,
          prompt,
          extraData: parseLossless(request.extraDataJson) as JsonObject,
          sensitive,
          failurePolicy:
            sensitive?.['node_failure_policy'] === 'continue_independent' ? 'continue_independent' : 'fail_fast',
          outputs: request.outputs,
          signal: controller.signal,
          emit,
        });
        return {
          statusStr: result.success ? 'success' : 'error',
          isInterrupted,
          mustRestart: result.abandoned.length > 0,
          messagesJson: stringifyLossless(result.messages),
          outputsJson: stringifyLossless(result.outputs),
          metaJson: stringifyLossless(result.meta),
        };
      } finally {
        current = undefined;
      }
    },
    abort(promptId) {
      if (current?.promptId === promptId) current.controller.abort();
    },
  };
}
