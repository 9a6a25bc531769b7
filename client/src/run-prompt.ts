// `run`: submit, report progress, wait for the end, turn the history entry into a result or an error.
import { type JsonObject, newPromptId, type Prompt } from '@snug/protocol';
import { AbortedError, ClientError, ExecutionFailedError, ExecutionInterruptedError } from './errors.ts';
import type { EventStream, StreamSignal } from './event-stream.ts';
import { followPrompt } from './follow-prompt.ts';
import type { HistoryEntry } from './history-entry.ts';
import { type OutputFile, outputFiles } from './output-file.ts';
import type { PromptSource } from './prompt-lookup.ts';
import { progressReader, type RunProgress } from './run-progress.ts';
import type { StreamEvent } from './stream-event.ts';
import type { Submission, SubmitOptions } from './submission.ts';

/** A picture of work in progress. */
export interface RunPreview {
  readonly promptId: string;
  /** Undefined when the server speaks the old format and no node has been announced yet. */
  readonly nodeId: string | undefined;
  readonly image: Uint8Array;
  readonly format: 'jpeg' | 'png';
}

export interface RunOptions extends SubmitOptions {
  readonly onSubmitted?: (submission: Submission) => void;
  /** A node starts; not called for cached nodes. */
  readonly onNode?: (nodeId: string) => void;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onPreview?: (preview: RunPreview) => void;
  /** Every JSON message of this run as it came. */
  readonly onMessage?: (message: { readonly type: string; readonly data: JsonObject }) => void;
  /** Give up when the server has not answered for this long. Default 60 s. */
  readonly unreachableLimitMs?: number;
}

export interface RunResult {
  readonly promptId: string;
  readonly status: HistoryEntry['status'];
  /** UI outputs by node id. */
  readonly outputs: HistoryEntry['outputs'];
  /** The files among the outputs. */
  readonly files: readonly OutputFile[];
  /** Outputs that did not run because they were invalid; empty as a rule. */
  readonly nodeErrors: Submission['nodeErrors'];
}

/** What `run` needs of a client. */
export interface PromptRunner extends PromptSource {
  submit(prompt: Prompt, options?: SubmitOptions): Promise<Submission>;
  interrupt(promptId?: string): Promise<void>;
  deleteQueued(promptIds: readonly string[]): Promise<void>;
}

/** A socket that takes longer than this to open is not waited for: polling bridges the gap. */
const SOCKET_WAIT_MS = 3_000;

export async function runPrompt(
  client: PromptRunner,
  stream: EventStream,
  prompt: Prompt,
  options: RunOptions,
): Promise<RunResult> {
  const { signal } = options;
  // Chosen here so that events which overtake the answer to the submission can be told apart.
  const chosenId = options.promptId ?? newPromptId();
  const reporter = runReporter(options);
  const unsubscribe = stream.subscribe(reporter.receive);
  let promptId = chosenId;
  try {
    await stream.opened(SOCKET_WAIT_MS, signal);
    const submission = await client.submit(prompt, { ...options, promptId: chosenId });
    promptId = submission.promptId;
    options.onSubmitted?.(submission);
    reporter.start(promptId);
    const unreachableLimitMs = options.unreachableLimitMs ?? 60_000;
    const entry = await followPrompt({ promptId, source: client, stream, signal, unreachableLimitMs });
    throwIfFailed(entry);
    const { status, outputs } = entry;
    return { promptId, status, outputs, files: outputFiles(outputs), nodeErrors: submission.nodeErrors };
  } catch (error) {
    if (error instanceof AbortedError) {
      await withdraw(client, promptId);
    }
    throw error;
  } finally {
    unsubscribe();
  }
}

/** The caller's abort ends the prompt on the server too, also when it came while the submission was under way. */
async function withdraw(client: PromptRunner, promptId: string): Promise<void> {
  try {
    await client.deleteQueued([promptId]);
    await client.interrupt(promptId);
  } catch (error) {
    if (!(error instanceof ClientError)) {
      throw error;
    }
    // The server cannot be reached any more; the caller learns of the abort, which is what was asked for.
  }
}

/** Hands events to the callbacks; those that come before the id is known are kept until then. */
function runReporter(options: RunOptions) {
  let promptId: string | undefined;
  let early: StreamEvent[] = [];
  let lastNode: string | undefined;
  let readProgress: ReturnType<typeof progressReader> = () => [];

  const onMessage = (type: string, data: JsonObject) => {
    if (data['prompt_id'] !== promptId) {
      return;
    }
    options.onMessage?.({ type, data });
    if (type === 'executing' && typeof data['node'] === 'string') {
      lastNode = data['node'];
      options.onNode?.(lastNode);
    }
    for (const step of readProgress(type, data)) {
      options.onProgress?.(step);
    }
  };

  const report = (event: StreamEvent, ownId: string) => {
    if (event.kind === 'message') {
      onMessage(event.type, event.data);
    } else if (event.kind === 'preview' && (event.metadata?.prompt_id ?? ownId) === ownId) {
      const nodeId = event.metadata?.node_id ?? lastNode;
      options.onPreview?.({ promptId: ownId, nodeId, image: event.image, format: event.format });
    }
  };

  return {
    receive(event: StreamSignal): void {
      if (event.kind === 'connected' || event.kind === 'disconnected') {
        return;
      }
      if (promptId === undefined) {
        early.push(event);
      } else {
        report(event, promptId);
      }
    },
    start(id: string): void {
      promptId = id;
      readProgress = progressReader(id);
      for (const event of early) {
        report(event, id);
      }
      early = [];
    },
  };
}

/** A run that did not succeed says why in the last of its status messages. */
function throwIfFailed(entry: HistoryEntry): void {
  if (entry.status.statusStr === 'success') {
    return;
  }
  const { promptId } = entry;
  const messages = new Map(entry.status.messages);
  const interrupted = messages.get('execution_interrupted');
  if (interrupted !== undefined) {
    const { node_id: nodeId = '?', node_type: nodeType = '?' } = interrupted;
    throw new ExecutionInterruptedError('EXECUTION_INTERRUPTED', { promptId, nodeId, nodeType });
  }
  const data = messages.get('execution_error') ?? {};
  throw new ExecutionFailedError({
    promptId,
    nodeId: String(data['node_id'] ?? '?'),
    nodeType: String(data['node_type'] ?? '?'),
    exceptionMessage: String(data['exception_message'] ?? 'the server gave no reason'),
    exceptionType: String(data['exception_type'] ?? ''),
    traceback: Array.isArray(data['traceback']) ? data['traceback'].map(String) : [],
  });
}
