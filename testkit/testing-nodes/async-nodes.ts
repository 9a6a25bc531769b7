// Nodes that wait: they run side by side, check inputs asynchronously, fail late, or share a resource.
import { setTimeout as delay } from 'node:timers/promises';
import { any, boolean, defineNode, float, int, out, string } from '@snug/execution';
import { filled, map, type StubTensor, stubImage } from './stub-image.ts';

const CATEGORY = '_for_testing/async';
const TICK_MS = 10;
const white = (): StubTensor => filled(1, 1, 512, 512, 3);

/** Waits that many seconds and calls back now and then with the seconds gone. */
async function sleep(seconds: number, signal: AbortSignal, onTick: (elapsed: number) => void): Promise<void> {
  const start = performance.now();
  for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - start) / 1000) {
    onTick(elapsed);
    await delay(Math.min(TICK_MS, (seconds - elapsed) * 1000), undefined, { signal });
  }
  onTick(seconds);
}

export const TestSleep = defineNode({
  id: 'TestSleep',
  category: '_for_testing',
  schedule: 'parallel',
  inputs: { value: any(), seconds: float({ default: 1, min: 0, max: 9999, step: 0.01 }) },
  hidden: ['uniqueId'],
  outputs: [any()],
  execute: async ({ value, seconds }, context) => {
    await sleep(seconds, context.signal, elapsed => context.progress(elapsed, seconds));
    return [value];
  },
});

const sleepTime = () => float({ default: 0.5, min: 0, max: 10, step: 0.01 });

export const TestParallelSleep = defineNode({
  id: 'TestParallelSleep',
  category: '_for_testing',
  outputNode: true,
  inputs: {
    image1: stubImage(),
    image2: stubImage(),
    image3: stubImage(),
    sleep1: sleepTime(),
    sleep2: sleepTime(),
    sleep3: sleepTime(),
  },
  hidden: ['uniqueId'],
  outputs: [stubImage()],
  execute: ({ image1, image2, image3, sleep1, sleep2, sleep3 }, context) => {
    const graph = context.graph();
    const first = graph.node('TestSleep', { value: image1, seconds: sleep1 });
    const second = graph.node('TestSleep', { value: image2, seconds: sleep2 });
    const third = graph.node('TestSleep', { value: image3, seconds: sleep3 });
    const blend = graph.node('TestVariadicAverage', {
      input1: first.out(0),
      input2: second.out(0),
      input3: third.out(0),
    });
    return out({ result: [blend.out(0)], expand: graph.finalize() });
  },
});

export const TestAsyncValidation = defineNode({
  id: 'TestAsyncValidation',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: { value: float({ default: 5 }), threshold: float({ default: 10 }) },
  outputs: [stubImage()],
  validate: {
    names: ['value', 'threshold'],
    check: async ({ value, threshold }) => {
      await delay(50);
      return (value ?? 0) > (threshold ?? 0) ? `Value ${value} exceeds threshold ${threshold}` : true;
    },
  },
  execute: async ({ value }) => [filled(value / 10, 1, 512, 512, 3)],
});

export const TestAsyncValidationError = defineNode({
  id: 'TestAsyncValidationError',
  category: CATEGORY,
  inputs: { value: float({ default: 5 }), max_value: float({ default: 10 }) },
  outputs: [stubImage()],
  validate: {
    names: ['value', 'max_value'],
    check: async ({ value, max_value }) => {
      await delay(TICK_MS);
      return (value ?? 0) > (max_value ?? 0) ? `Async validation failed: ${value} > ${max_value}` : true;
    },
  },
  execute: ({ value, max_value }) => [filled(value / max_value, 1, 512, 512, 3)],
});

export const TestAsyncError = defineNode({
  id: 'TestAsyncError',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: { value: any(), error_after: float({ default: 0.1, min: 0, max: 10 }) },
  outputs: [any()],
  execute: async ({ error_after }, { signal }) => {
    await delay(error_after * 1000, undefined, { signal });
    throw new Error('Intentional async execution error for testing');
  },
});

export const TestSyncError = defineNode({
  id: 'TestSyncError',
  category: CATEGORY,
  inputs: { value: any() },
  outputs: [any()],
  execute: () => {
    throw new Error('Intentional sync execution error for testing');
  },
});

export const TestAsyncTimeout = defineNode({
  id: 'TestAsyncTimeout',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: {
    value: any(),
    timeout: float({ default: 1, min: 0.1, max: 10 }),
    operation_time: float({ default: 2, min: 0.1, max: 10 }),
  },
  outputs: [any()],
  execute: async ({ value, timeout, operation_time }, { signal }) => {
    await delay(Math.min(timeout, operation_time) * 1000, undefined, { signal });
    if (operation_time > timeout) throw new Error(`Timeout: the operation took longer than ${timeout} seconds`);
    return [value];
  },
});

export const TestAsyncLazyCheck = defineNode({
  id: 'TestAsyncLazyCheck',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: { input1: any({ lazy: true }), input2: any({ lazy: true }), condition: boolean({ default: true }) },
  outputs: [stubImage()],
  checkLazy: async ({ input1, input2, condition }, { signal }) => {
    await delay(50, undefined, { signal });
    if (condition && input1 === null) return ['input1'];
    return !condition && input2 === null ? ['input2'] : [];
  },
  execute: async () => [white()],
});

export const TestDynamicAsyncGeneration = defineNode({
  id: 'TestDynamicAsyncGeneration',
  category: CATEGORY,
  inputs: {
    image1: stubImage(),
    image2: stubImage(),
    num_async_nodes: int({ default: 3, min: 1, max: 10 }),
    sleep_duration: float({ default: 0.2, min: 0.1, max: 1 }),
  },
  outputs: [stubImage()],
  execute: ({ image1, image2, num_async_nodes, sleep_duration }, context) => {
    const graph = context.graph();
    const sleepers = Array.from({ length: num_async_nodes }, (_, n) =>
      graph.node('TestSleep', { value: n % 2 === 0 ? image1 : image2, seconds: sleep_duration }),
    );
    const [only] = sleepers;
    if (only !== undefined && sleepers.length === 1) {
      return out({ result: [only.out(0)], expand: graph.finalize() });
    }
    const inputs = Object.fromEntries(sleepers.map((node, n) => [`input${n + 1}`, node.out(0)]));
    const blend = graph.node('TestVariadicAverage', inputs);
    return out({ result: [blend.out(0)], expand: graph.finalize() });
  },
});

/** Resources in use, shared by all nodes of the class. */
const resourcesInUse = new Set<string>();

export const TestAsyncResourceUser = defineNode({
  id: 'TestAsyncResourceUser',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: {
    value: any(),
    resource_id: string({ default: 'resource_0' }),
    duration: float({ default: 0.1, min: 0, max: 1 }),
  },
  outputs: [any()],
  execute: async ({ value, resource_id, duration }, { signal }) => {
    if (resourcesInUse.has(resource_id)) throw new Error(`Resource ${resource_id} is already in use`);
    resourcesInUse.add(resource_id);
    try {
      await delay(duration * 1000, undefined, { signal });
      return [value];
    } finally {
      resourcesInUse.delete(resource_id);
    }
  },
});

export const TestAsyncBatchProcessing = defineNode({
  id: 'TestAsyncBatchProcessing',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: { images: stubImage(), process_time_per_item: float({ default: 0.1, min: 0.01, max: 1 }) },
  hidden: ['uniqueId'],
  outputs: [stubImage()],
  execute: async ({ images, process_time_per_item }, context) => {
    const [batch = 0] = images.dims;
    for (let item = 1; item <= batch; item++) {
      await delay(process_time_per_item * 1000, undefined, { signal: context.signal });
      context.progress(item, batch);
    }
    return [map(images, value => 1 - value)];
  },
});

const CONCURRENT_LIMIT = 2;
let concurrent = 0;
const waiting: (() => void)[] = [];

/** Takes one of the slots that all nodes of the class share. */
async function takeSlot(): Promise<void> {
  while (concurrent >= CONCURRENT_LIMIT) await new Promise<void>(resolve => waiting.push(resolve));
  concurrent++;
}

function giveSlotBack(): void {
  concurrent--;
  waiting.shift()?.();
}

export const TestAsyncConcurrentLimit = defineNode({
  id: 'TestAsyncConcurrentLimit',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: { value: any(), duration: float({ default: 0.5, min: 0.1, max: 2 }), node_id: int({ default: 0 }) },
  outputs: [any()],
  execute: async ({ value, duration }, { signal }) => {
    await takeSlot();
    try {
      await delay(duration * 1000, undefined, { signal });
      return [value];
    } finally {
      giveSlotBack();
    }
  },
});

const progressInputs = { value: any(), sleep_seconds: float({ default: 1, min: 0, max: 10 }) };

export const TestAsyncProgressUpdate = defineNode({
  id: 'TestAsyncProgressUpdate',
  category: CATEGORY,
  schedule: 'parallel',
  inputs: progressInputs,
  outputs: [any()],
  execute: async ({ value, sleep_seconds }, context) => {
    await sleep(sleep_seconds, context.signal, elapsed => context.setProgress(elapsed / sleep_seconds, 1));
    return [value];
  },
});

export const TestSyncProgressUpdate = defineNode({
  id: 'TestSyncProgressUpdate',
  category: CATEGORY,
  inputs: progressInputs,
  outputs: [any()],
  execute: async ({ value, sleep_seconds }, context) => {
    await sleep(sleep_seconds, context.signal, elapsed => context.setProgress(elapsed / sleep_seconds, 1));
    return [value];
  },
});
