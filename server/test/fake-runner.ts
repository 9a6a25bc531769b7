// A prompt runner without nodes: classes whose name starts with "Save" or "Preview" are outputs, "Unknown" does not
// exist, and "Bad" outputs fail validation.
import {
  type JsonObject,
  orderedEntries,
  type Prompt,
  type PromptProblem,
  type ValidationOutcome,
} from '@snug/protocol';
import type { DeviceStats, PreparedJson, PromptRunner, RunnerHealth, RunnerMemory } from '../src/ports.ts';

function problem(type: string, message: string, details = ''): PromptProblem {
  return { type, message, details, extra_info: {} };
}

const cpu: DeviceStats = {
  name: 'cpu',
  type: 'cpu',
  index: null,
  vramTotalBytes: 100,
  vramFreeBytes: 50,
  torchVramTotalBytes: 100,
  torchVramFreeBytes: 50,
};

export class FakeRunner implements PromptRunner {
  readonly interrupts: (string | undefined)[] = [];
  /** Every prompt that was to be checked. */
  readonly validated: Prompt[] = [];
  readonly frees: { unloadModels: boolean; freeMemory: boolean }[] = [];
  runnerHealth: RunnerHealth = { state: 'ready', reason: null, restarts: 0 };
  info: PreparedJson = {
    json: '{"KSampler":{"input":{"required":{"seed":["INT",{"max":18446744073709551615,"cfg":8.0}]}}}}',
    etag: '"v1"',
  };

  async validate(prompt: Prompt, { targets }: { targets: readonly string[] | null }): Promise<ValidationOutcome> {
    this.validated.push(prompt);
    const outputs: string[] = [];
    for (const [id, node] of orderedEntries(prompt)) {
      // A prompt may hold anything, whatever its type says.
      if (typeof node?.class_type !== 'string' || node.class_type === 'Unknown') {
        const error = problem('missing_node_type', `Node 'Unknown' not found.`, `Node ID '#${id}'`);
        return { ok: false, error, nodeErrors: {} };
      }
      if (/^(?:Save|Preview|Bad)/.test(node.class_type) && (targets === null || targets.includes(id))) outputs.push(id);
    }
    if (outputs.length === 0)
      return { ok: false, error: problem('prompt_no_outputs', 'Prompt has no outputs'), nodeErrors: {} };
    const good = outputs.filter(id => prompt[id]?.class_type !== 'Bad');
    const bad = outputs.filter(id => !good.includes(id));
    const nodeErrors = Object.fromEntries(
      bad.map(id => [
        id,
        { errors: [problem('value_not_in_list', 'Value not in list')], dependent_outputs: [id], class_type: 'Bad' },
      ]),
    );
    if (good.length === 0) {
      return {
        ok: false,
        error: problem('prompt_outputs_failed_validation', 'Prompt outputs failed validation'),
        nodeErrors,
      };
    }
    for (const id of good) coerceSteps(prompt[id]?.inputs);
    return { ok: true, prompt, outputs: good, nodeErrors };
  }

  async objectInfo(): Promise<PreparedJson> {
    return this.info;
  }

  async objectInfoOf(classType: string): Promise<PreparedJson> {
    return classType === 'KSampler' ? this.info : { json: '{}', etag: '"none"' };
  }

  async interrupt(promptId?: string): Promise<boolean> {
    this.interrupts.push(promptId);
    return true;
  }

  async free(request: { unloadModels: boolean; freeMemory: boolean }): Promise<void> {
    this.frees.push(request);
  }

  async devices(): Promise<readonly DeviceStats[]> {
    return [cpu];
  }

  async health(): Promise<RunnerHealth> {
    return this.runnerHealth;
  }

  async memory(): Promise<RunnerMemory> {
    return { residentBytes: 2048, privateBytes: 1024 };
  }
}

/** Shows that the coerced prompt is what is stored: a numeric text becomes a number. */
function coerceSteps(inputs: JsonObject | undefined): void {
  if (typeof inputs?.['steps'] === 'string') inputs['steps'] = Number(inputs['steps']);
}
