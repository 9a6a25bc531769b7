// One run of a prompt from start to its one terminal event (spec execution.md section 3, websocket.md section 7).
import { type NodeId, orderedObject } from '@snug/protocol';
import { startTimeSlice } from '../time-slice.ts';
import type { RunRequest, RunResult } from './executor.ts';
import { reportCycle, reportFailure, reportInterrupt } from './failure-report.ts';
import { stepNode } from './node-step.ts';
import { type ExecutorParts, RunState } from './run-state.ts';

/** Runs a prompt. Never rejects for what nodes do. */
export async function runPrompt(parts: ExecutorParts, request: RunRequest): Promise<RunResult> {
  const run = new RunState(parts, request);
  const { promptId } = request;
  const { now } = parts.options;
  run.record({ type: 'execution_start', data: { prompt_id: promptId, timestamp: now() } });
  let success = false;
  // The node to blame for a failure outside the steps, e.g. a link to a node that does not exist.
  let current = request.outputs[0] ?? '';
  try {
    await run.beginRun();
    const cached = run.promptIds().filter(id => run.resultOf(id) !== undefined);
    run.record({ type: 'execution_cached', data: { nodes: cached, prompt_id: promptId, timestamp: now() } });
    for (const output of request.outputs) {
      current = output;
      run.list.addNode(output);
    }
    success = (await drainList(run)) && !hasNothingToShow(run);
  } catch (thrown) {
    if (run.guard.isInterruption(thrown)) reportInterrupt(run, current);
    else await reportFailure(run, current, thrown, 'preparation');
  }
  run.progress.flush();
  if (success) {
    showCachedIntermediates(run);
    const summary = run.failures.first === undefined ? null : run.failures.summary(request.outputs);
    run.record({ type: 'execution_success', data: { prompt_id: promptId, ...summary, timestamp: now() } });
  }
  await run.guard.end(run.running);
  return {
    success,
    messages: run.messages,
    outputs: orderedObject([...run.shown].map(([id, ui]) => [id, ui.output] as const)),
    meta: orderedObject([...run.shown].map(([id, ui]) => [id, { ...ui.meta }] as const)),
    abandoned: run.guard.abandoned,
  };
}

/** Steps nodes until none is left (true) or one has ended the run (false). */
async function drainList(run: RunState): Promise<boolean> {
  const slice = startTimeSlice();
  while (!run.list.isEmpty) {
    // Nodes may do all their work without ever waiting; an interrupt could never arrive.
    if (slice.isOver()) await slice.pause();
    const id = run.list.pick();
    if (id === undefined) {
      if (!run.list.hasExternalBlocks) {
        reportCycle(run);
        return false;
      }
      if (await run.waitForWake()) continue;
      reportInterrupt(run, firstRunning(run));
      return false;
    }
    const outcome = await stepNode(run, id);
    if (outcome.kind === 'pending') run.list.putBack(id);
    if (outcome.kind !== 'failed') continue;
    if (run.guard.isInterruption(outcome.thrown)) reportInterrupt(run, id);
    else if (await reportFailure(run, id, outcome.thrown, outcome)) continue;
    return false;
  }
  return true;
}

/** A run that went on without failed nodes fails after all when none of its outputs is left. */
function hasNothingToShow(run: RunState): boolean {
  const { failures, request } = run;
  if (failures.first === undefined || failures.summary(request.outputs) !== null) return false;
  run.record({ type: 'execution_error', data: { ...failures.first, timestamp: run.options.now() } });
  return true;
}

/** Nodes that show something although they are no outputs show it again when their result was cached. */
function showCachedIntermediates(run: RunState): void {
  for (const id of run.promptIds()) {
    if (run.shown.has(id) || run.findShape(id)?.definition.intermediateOutput !== true) continue;
    const ui = run.resultOf(id)?.ui ?? null;
    if (ui !== null) run.show(id, ui);
  }
}

function firstRunning(run: RunState): NodeId {
  const [first = ''] = run.running.keys();
  return first;
}
