// Nodes that misbehave on purpose, for end-to-end tests.
export function createPack(execution) {
  const { defineNode, int, image, string } = execution;
  return {
    name: 'test-nodes',
    pythonModule: 'custom_nodes.test-nodes',
    nodes: [
      /** Takes time, says how far it is, and stops when told to. */
      defineNode({
        id: 'TestWait',
        category: 'testing',
        inputs: { image: image(), milliseconds: int({ default: 100, min: 0, max: 1_000_000 }) },
        outputs: [image()],
        async execute({ image: picture, milliseconds }, context) {
          const steps = Math.max(1, Math.round(milliseconds / 20));
          for (let step = 1; step <= steps; step++) {
            context.signal.throwIfAborted();
            await new Promise(resolve => setTimeout(resolve, 20));
            context.progress(step, steps);
          }
          return [picture];
        },
      }),
      /** Takes the process down with it. */
      defineNode({
        id: 'TestCrash',
        category: 'testing',
        inputs: { image: image(), how: string({ default: 'kill' }) },
        outputs: [image()],
        execute({ how }) {
          process.kill(process.pid, how === 'kill' ? 'SIGKILL' : 'SIGSEGV');
          return new Promise(() => {});
        },
      }),
    ],
  };
}
