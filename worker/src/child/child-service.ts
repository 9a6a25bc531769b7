// Answers the host: one method per message. Runs are started and not awaited, so that aborts and questions get through while
// a prompt is running.
import { callValidator, type Executor, type NodeEnvironment, type NodeRegistry } from '@snug/execution';
import { type JsonObject, type JsonValue, parseLossless } from '@snug/protocol';
import type { CatalogueChange, ChildRequests, ChildStats, HostMessage, RequestKind, ThrownError } from '../messages.ts';
import type { CatalogueBook } from './catalogue-book.ts';
import type { LiveLists } from './live-lists.ts';
import type { Outbox } from './outbox.ts';
import type { PromptRunner } from './prompt-runner.ts';

export interface ChildServiceOptions {
  readonly registry: NodeRegistry;
  readonly env: NodeEnvironment;
  readonly lists: LiveLists;
  readonly book: CatalogueBook;
  readonly executor: Executor;
  readonly runner: PromptRunner;
  readonly outbox: Outbox;
  readonly unloadModels: () => Promise<void>;
  readonly stats: () => Promise<ChildStats>;
}

export interface ChildService {
  /** Describes all classes and tells the host that this child can work. */
  announce(): Promise<void>;
  receive(message: Exclude<HostMessage, { type: 'start' | 'shutdown' }>): void;
}

export function createChildService(options: ChildServiceOptions): ChildService {
  const { registry, env, lists, book, executor, runner, outbox } = options;

  const describe = async (since: number, classes: readonly string[] | null): Promise<CatalogueChange> => {
    await lists.refresh();
    const change = book.changesSince(since, classes);
    // A declaration asked for a list that was never read before: read it and describe once more.
    return lists.hasUnread ? describe(since, classes) : change;
  };

  const handlers: {
    [K in RequestKind]: (request: ChildRequests[K]['request']) => Promise<ChildRequests[K]['answer']>;
  } = {
    describe: ({ since, classes }) => describe(since, classes),
    validate: ({ nodeId, classType, argsJson, inputTypesJson }) =>
      callValidator(registry, env, {
        nodeId,
        classType,
        args: parseLossless(argsJson) as JsonObject,
        inputTypes:
          inputTypesJson === undefined ? undefined : (parseLossless(inputTypesJson) as Record<string, JsonValue>),
      }),
    free: async ({ unloadModels, freeMemory }) => {
      if (freeMemory) executor.reset();
      if (unloadModels) await options.unloadModels();
      return null;
    },
    stats: options.stats,
  };

  const answer = async (id: number, kind: RequestKind, body: unknown): Promise<void> => {
    try {
      outbox.post({ type: 'answer', id, answer: await handlers[kind](body as never) });
    } catch (error) {
      outbox.post({ type: 'refusal', id, thrown: thrownError(error) });
    }
  };

  return {
    async announce() {
      outbox.post({ type: 'ready', catalogue: await describe(0, null) });
    },
    receive(message) {
      if (message.type === 'abort') runner.abort(message.promptId);
      else if (message.type === 'request') void answer(message.id, message.kind, message.body);
      else {
        const { promptId } = message.run;
        // A rejection here is a fault of ours: it ends the process, and the host reports it with its text.
        void runner.run(message.run).then(outcome => outbox.post({ type: 'done', promptId, outcome }));
      }
    },
  };
}

function thrownError(thrown: unknown): ThrownError {
  return thrown instanceof Error
    ? { name: thrown.name, message: thrown.message, stack: thrown.stack }
    : { name: 'Error', message: String(thrown), stack: undefined };
}
