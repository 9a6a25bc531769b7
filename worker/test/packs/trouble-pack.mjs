// Nodes that misbehave in every way a worker has to survive. Loaded by URL as a node pack from outside would be.
import { existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';

export function createPack({ any, combo, defineNode, int, out, string }) {
  const passing = { inputs: { value: any({ optional: true }) }, outputs: [any()] };
  return {
    name: 'trouble',
    pythonModule: 'custom_nodes.trouble',
    nodes: [
      defineNode({
        ...passing,
        id: 'TroubleExit',
        execute: () => {
          process.stderr.write('about to leave\n');
          process.exit(7);
        },
      }),
      defineNode({ ...passing, id: 'TroubleKill', execute: () => process.kill(process.pid, 'SIGKILL') && [] }),
      defineNode({
        ...passing,
        id: 'TroubleWait',
        // Ends when it is interrupted, never by itself.
        execute: (_, { signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      }),
      defineNode({
        id: 'TroubleGate',
        // Ends when the file exists.
        inputs: { path: string() },
        outputs: [any()],
        execute: ({ path }) =>
          new Promise(resolve => {
            const watcher = watch(dirname(path), pass);
            function pass() {
              if (!existsSync(path)) return;
              watcher.close();
              resolve([path]);
            }
            pass();
          }),
      }),
      defineNode({ ...passing, id: 'TroubleIgnore', execute: () => new Promise(() => {}) }),
      defineNode({
        ...passing,
        id: 'TroubleBlock',
        execute: () => {
          for (;;) Math.sqrt(2);
        },
      }),
      defineNode({
        id: 'TroubleShow',
        outputNode: true,
        inputs: { value: any(), text: string({ optional: true }) },
        outputs: [],
        hidden: ['prompt'],
        execute: ({ value, text }) => out({ ui: { shown: [value ?? null, text ?? null, process.pid] } }),
      }),
      defineNode({ id: 'TroubleNumber', inputs: { value: any() }, outputs: [any()], execute: ({ value }) => [value] }),
      defineNode({
        id: 'TroubleChoice',
        outputNode: true,
        inputs: env => ({ file: combo(env.models.list('checkpoints')) }),
        outputs: [],
        execute: () => {},
      }),
      defineNode({
        id: 'TroubleChecked',
        outputNode: true,
        inputs: { size: int() },
        outputs: [],
        validate: {
          names: ['size'],
          check: ({ size }) => {
            if (size === 13) throw new TypeError('thirteen is not a size');
            return size > 0 || `no size ${size}`;
          },
        },
        execute: () => {},
      }),
    ],
  };
}
