// The graph engine without any model: what a cached graph and the check of a large prompt cost in this process, what trivial
// prompts cost through HTTP and WebSocket, and whether anything grows with the number of prompts.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type Catalogue,
  createExecutor,
  describeNode,
  type Executor,
  NodeRegistry,
  validatePrompt,
} from '@snug/execution';
import { type Prompt, parseLossless } from '@snug/protocol';
import { startServerProcess } from '../e2e/server-process.ts';
import { testingPack } from '../testkit/testing-nodes/testing-pack.ts';
import { measurePrompts, type Rate } from './http.ts';
import { childrenOf, memoryMiB } from './idle.ts';

export interface GraphFigures {
  /** Median time of a run in which all nodes are found in the cache; the aim is under 10 ms. */
  readonly cached200NodesMs: number;
  /** Median time of the check of a prompt; the aim is under 20 ms. */
  readonly validate1000NodesMs: number;
  /** From POST to the end on the socket, one after the other. */
  readonly prompts1000: Rate;
  /** Heap of a process that checked and ran 10,000 different prompts, garbage collected. */
  readonly heap10000: BeforeAndAfter;
  /** Resident memory of server and worker over 10,000 prompts through HTTP. */
  readonly resident10000: BeforeAndAfter;
}

interface BeforeAndAfter {
  readonly beforeMiB: number;
  readonly afterMiB: number;
}

const PROMPTS = 10_000;

export async function measureGraph(): Promise<GraphFigures> {
  const engine = new GraphEngine();
  const chain = chainOf(200);
  await engine.run(chain);
  const cached200NodesMs = await median(50, () => engine.run(chain));
  const large = chainOf(1000);
  const validate1000NodesMs = await median(50, () => engine.validate(large));
  const heap10000 = await heapOver(engine);
  await using server = await startServerProcess();
  await measurePrompts(server.url, { count: 100, atOnce: 1 });
  const prompts1000 = await measurePrompts(server.url, { count: 1000, atOnce: 1 });
  const beforeMiB = residentMiB(server.pid);
  await measurePrompts(server.url, { count: PROMPTS, atOnce: 16 });
  const resident10000 = { beforeMiB, afterMiB: residentMiB(server.pid) };
  return { cached200NodesMs, validate1000NodesMs, prompts1000, heap10000, resident10000 };
}

/** Validator and executor over the testing nodes, as a worker has them. */
class GraphEngine {
  readonly #catalogue: Catalogue;
  readonly #executor: Executor;
  #runs = 0;

  constructor() {
    const registry = new NodeRegistry();
    registry.registerPack(testingPack);
    this.#catalogue = new Map([...registry].map(node => [node.definition.id, describeNode(node, {} as never)]));
    this.#executor = createExecutor({ registry, cache: { kind: 'ram' } });
  }

  async validate(text: string): Promise<Prompt> {
    const prompt = parseLossless(text) as unknown as Prompt;
    const runValidator = async () => ({ passed: true }) as const;
    const outcome = await validatePrompt({ prompt, targets: null, catalogue: this.#catalogue, runValidator });
    if (!outcome.ok) throw new Error(`The prompt was refused: ${JSON.stringify(outcome)}`);
    return outcome.prompt;
  }

  /** Parses and runs; what is measured begins with the text that a worker gets. */
  async run(text: string): Promise<void> {
    const result = await this.#executor.run({
      promptId: `bench-${this.#runs++}`,
      clientId: 'bench',
      prompt: parseLossless(text) as unknown as Prompt,
      extraData: {},
      sensitive: null,
      outputs: ['end'],
      signal: new AbortController().signal,
      emit: () => {},
    });
    if (!result.success) throw new Error(`The run failed: ${JSON.stringify(result.messages)}`);
  }
}

/** A row of nodes, each fed by the one before; `start` makes it a different prompt. */
function chainOf(length: number, start = 1): string {
  const nodes: Record<string, object> = {
    n0: { class_type: 'StubImage', inputs: { content: 'BLACK', height: 2, width: 2, batch_size: start } },
  };
  for (let n = 1; n < length - 1; n++) {
    nodes[`n${n}`] = { class_type: 'TestVariadicAverage', inputs: { input1: [`n${n - 1}`, 0] } };
  }
  nodes['end'] = { class_type: 'TestOutputNodeWithSocketOutput', inputs: { image: [`n${length - 2}`, 0], value: 1 } };
  return JSON.stringify(nodes);
}

async function heapOver(engine: GraphEngine): Promise<BeforeAndAfter> {
  const runSome = async (from: number, count: number): Promise<void> => {
    for (let n = from; n < from + count; n++) {
      const text = chainOf(3, (n % 1000) + 1);
      await engine.validate(text);
      await engine.run(text);
    }
  };
  await runSome(0, 2000);
  const beforeMiB = heapMiB();
  await runSome(2000, PROMPTS);
  return { beforeMiB, afterMiB: heapMiB() };
}

function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return round(process.memoryUsage().heapUsed / 2 ** 20);
}

function residentMiB(server: number): number {
  return [server, ...childrenOf(server)].reduce((sum, pid) => sum + memoryMiB(pid, 'Rss'), 0);
}

async function median(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return round(times.sort((a, b) => a - b)[count >> 1] ?? Number.NaN);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
