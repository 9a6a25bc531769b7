// Nodes that misbehave in every way a worker has to survive. Loaded by URL as a node pack from outside would be.

export function createPack({ any, combo, defineNode, int, out, string }) {
  const pass = { inputs: { value: any({ optional: true }) }, outputs: [any()] };
  return {
    name: 'trouble',
    pythonModule: 'custom_nodes.trouble',
    nodes: [
      defineNode({
        ...pass,
        id: 'TroubleExit',
        execute: () => {
          process.stderr.write('about to leave\n');
          process.exit(7);
        },
      }),
      defineNode({ ...pass, id: 'TroubleKill', execute: () => process.kill(process.pid, 'SIGKILL') && [] }),
      defineNode({
        ...pass,
        id: 'TroubleWait',
        // Ends when it is interrupted, never by itself.
        execute: (_, { signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      }),
      defineNode({ ...pass, id: 'TroubleIgnore', execute: () => new Promise(() => {}) }),
      defineNode({
        ...pass,
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
