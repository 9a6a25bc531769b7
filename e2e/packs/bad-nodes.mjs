// Nodes that do everything wrong that a node can do, for end-to-end tests. Each shows nothing and has one output.
export function createPack({ any, defineNode, float, image, out, string }) {
  const bad = (id, execute) =>
    defineNode({ id, category: 'testing', inputs: { value: any({ optional: true }) }, outputs: [any()], execute });
  const thrown = {
    text: 'only a text',
    nothing: undefined,
    null: null,
    number: 42,
    object: { reason: 'an object' },
    frozen: Object.freeze(new Error('frozen')),
    empty: new Error(''),
    // Looking at it throws as well.
    hostile: new Proxy(new Error('x'), {
      get() {
        throw new Error('do not look');
      },
    }),
  };
  return {
    name: 'bad-nodes',
    pythonModule: 'custom_nodes.bad-nodes',
    nodes: [
      defineNode({
        id: 'BadThrow',
        category: 'testing',
        inputs: { what: string() },
        outputs: [any()],
        execute: ({ what }) => {
          throw thrown[what];
        },
      }),
      bad('BadReject', () => Promise.reject('rejected with a text')),
      bad('BadTooMany', () => [1, 2]),
      bad('BadTooFew', () => []),
      bad('BadNoArray', () => 'one value'),
      bad('BadUi', () => out({ result: [1], ui: { images: 5 } })),
      bad('BadUiValue', () => out({ result: [1], ui: { images: [() => 1] } })),
      bad('BadUnhandled', () => {
        void Promise.reject(new Error('nobody handles this'));
        return new Promise(() => {});
      }),
      bad('BadTimer', () => {
        setTimeout(() => {
          throw new Error('thrown by a timer');
        });
        return new Promise(() => {});
      }),
      bad('BadExit', () => {
        process.stderr.write('last words\n');
        process.exit(3);
      }),
      bad('BadKill', () => process.kill(process.pid, 'SIGKILL') && new Promise(() => {})),
      bad('BadForever', () => new Promise(() => {})),
      bad('BadLoop', () => {
        for (;;) Math.sqrt(2);
      }),
      bad('BadStack', function again() {
        return again();
      }),
      /** Shows its arguments, in the order in which they came. */
      defineNode({
        id: 'ShowArguments',
        category: 'testing',
        outputNode: true,
        acceptUndeclared: true,
        inputs: { number: float({ optional: true }) },
        outputs: [],
        execute: args =>
          out({
            ui: { text: Object.entries(args).map(([name, value]) => `${name}=${JSON.stringify(value) ?? value}`) },
          }),
      }),
      /** An output node for what the others make. */
      defineNode({
        id: 'Sink',
        category: 'testing',
        outputNode: true,
        inputs: { value: any() },
        outputs: [],
        execute: ({ value }) => out({ ui: { text: [String(value)] } }),
      }),
      defineNode({
        id: 'Picture',
        category: 'testing',
        inputs: {},
        outputs: [image()],
        execute: () => [{ data: new Float32Array(3), dims: [1, 1, 1, 3] }],
      }),
    ],
  };
}
