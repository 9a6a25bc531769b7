// Runs prompts of built-in nodes in this process, with files in memory and whatever engine a test brings.
import { type Engine, PixelThreads } from '@snug/engine';
import { createExecutor, custom, defineNode, NodeRegistry, type RegisteredNode, type RunResult } from '@snug/execution';
import { type ExecutionEvent, type JsonObject, type Prompt, parseLossless, stringifyLossless } from '@snug/protocol';
import { builtinPack, type NodeSettings } from '../src/index.ts';
import { createMemoryFiles, type MemoryFiles } from './memory-files.ts';

/** For pictures; small ones are worked on at once. */
const pixels = new PixelThreads();

export interface NodeBenchOptions {
  readonly engine?: Partial<Engine>;
  readonly files?: MemoryFiles;
  readonly settings?: Partial<NodeSettings>;
  readonly warn?: (message: string) => void;
  /** Model files by folder key, and their paths by name. */
  readonly models?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface BenchRun extends RunResult {
  readonly events: readonly ExecutionEvent[];
}

export function createNodeBench({
  engine = {},
  files = createMemoryFiles(),
  settings,
  models = {},
  warn = () => {},
}: NodeBenchOptions = {}) {
  const registry = new NodeRegistry();
  registry.registerPack(builtinPack);
  const modelFiles = {
    list: (key: string) => Object.keys(models[key] ?? {}),
    resolve: async (key: string, name: string) => models[key]?.[name],
  };
  const inputFiles = () =>
    [...files.contents.keys()].filter(key => key.startsWith('input//')).map(key => key.slice('input//'.length));
  const inputFolders = () => {
    const folders = [...files.contents.keys()].map(key => /^input\/([^/]+)\//.exec(key)?.[1]);
    return [...new Set(folders.filter(folder => folder !== undefined))].sort();
  };
  const env = { models: modelFiles, files, inputFiles, inputFolders };
  const executor = createExecutor({
    registry,
    env,
    services: {
      engine: { pixels, ...engine } as Engine,
      models: modelFiles,
      files,
      settings: { disableMetadata: false, previewMethod: 'none', previewSize: 512, ...settings },
      warn,
    },
    progressIntervalMs: 0,
  });
  let runs = 0;
  return {
    env,
    files,
    /** A node without inputs that answers one value. */
    register(id: string, make: () => unknown, type = 'VAE') {
      const node = defineNode({ id, inputs: {}, outputs: [custom<unknown>(type)], execute: () => [make()] });
      registry.registerPack({ name: `test ${id}`, pythonModule: 'test', nodes: [node] });
    },
    /** A node as it was declared, to call its parts. */
    node(classType: string): RegisteredNode {
      const node = registry.get(classType);
      if (node === undefined) throw new Error(`${classType} is not registered`);
      return node;
    },
    /** Runs a prompt to its end; all nodes without consumers are its outputs unless named. */
    async run(
      prompt: object,
      outputs: readonly string[],
      { extraData = {}, signal = new AbortController().signal }: { extraData?: JsonObject; signal?: AbortSignal } = {},
    ): Promise<BenchRun> {
      const events: ExecutionEvent[] = [];
      const result = await executor.run({
        promptId: `run-${++runs}`,
        clientId: 'test',
        prompt: parseLossless(stringifyLossless(prompt)) as unknown as Prompt,
        extraData,
        sensitive: null,
        outputs,
        signal,
        emit: event => events.push(event),
      });
      return { ...result, events };
    },
  };
}

/** The error that ended a run, for assertions. */
export function errorOf(run: BenchRun): string | undefined {
  const error = run.events.find(event => event.type === 'execution_error');
  return error?.type === 'execution_error' ? error.data.exception_message : undefined;
}
