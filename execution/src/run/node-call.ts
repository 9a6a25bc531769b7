// The context of one call of a node: what `ctx` offers (spec node-contract.md section 7). Its functions are closures, so
// that nodes may take them apart.
import type { JsonObject, NodeId } from '@snug/protocol';
import type { NodeShape } from '../catalogue/node-shape.ts';
import type { NodeServices } from '../contract/data-types.ts';
import { GraphBuilder } from '../contract/graph-builder.ts';
import { type HiddenKind, type HiddenValues, readHidden } from '../contract/hidden-inputs.ts';
import type { NodeContext, PreviewImage } from '../contract/node-context.ts';
import { ProgressThrottle } from './progress-throttle.ts';
import type { RunState } from './run-state.ts';

export class NodeCall implements NodeContext<HiddenKind> {
  readonly nodeId: NodeId;
  readonly classType: string;
  readonly promptId: string;
  readonly listIndex: number;
  readonly #run: RunState;
  readonly #shape: NodeShape;
  #throttle: ProgressThrottle | undefined;
  #graphs = 0;

  constructor(run: RunState, nodeId: NodeId, shape: NodeShape, listIndex: number) {
    this.nodeId = nodeId;
    this.classType = shape.definition.id;
    this.promptId = run.request.promptId;
    this.listIndex = listIndex;
    this.#run = run;
    this.#shape = shape;
  }

  get signal(): AbortSignal {
    return this.#run.guard.signal;
  }

  get services(): NodeServices {
    return this.#run.options.services;
  }

  get extraData(): JsonObject {
    return this.#run.request.extraData;
  }

  get hidden(): HiddenValues {
    const { request, graph } = this.#run;
    return readHidden(this.#shape.hidden, {
      prompt: request.prompt,
      graph,
      extraData: request.extraData,
      sensitive: request.sensitive,
      nodeId: this.nodeId,
    });
  }

  get state(): unknown {
    const { states, graph } = this.#run;
    const identity = { id: this.nodeId, classType: this.classType };
    return states.get(identity, graph.realId(this.nodeId), this.#shape.definition.createState);
  }

  readonly throwIfInterrupted = (): void => this.#run.guard.check();

  readonly progress = (value: number, max: number, preview?: PreviewImage): void => {
    const { guard, progress, options, request } = this.#run;
    guard.check();
    const clamped = Math.min(value, max);
    progress.update(this.nodeId, clamped, max);
    this.#throttle ??= new ProgressThrottle(options.progressIntervalMs);
    if (!this.#throttle.passes(clamped, max, preview !== undefined, performance.now())) return;
    progress.send();
    if (preview !== undefined) {
      this.#run.emit({ type: 'preview', ...preview, metadata: progress.identityOf(this.nodeId) });
    }
    const data = { value: clamped, max, prompt_id: request.promptId, node: this.nodeId };
    this.#run.emit({ type: 'progress', data });
  };

  readonly setProgress = (value: number, max: number): void => {
    // A node that goes on after its run has ended reports to nobody.
    if (this.#run.guard.hasEnded) return;
    this.#run.progress.update(this.nodeId, Math.min(value, max), max);
    this.#run.progress.send();
  };

  readonly sendText = (text: string): void => {
    if (!this.#run.guard.hasEnded) this.#run.emit({ type: 'text', nodeId: this.nodeId, text });
  };

  readonly sendEvent = (name: string, data: JsonObject): void => {
    if (!this.#run.guard.hasEnded) this.#run.emit({ type: 'custom', name, data });
  };

  readonly graph = (): GraphBuilder => new GraphBuilder(`${this.nodeId}.${this.listIndex}.${this.#graphs++}.`);
}
