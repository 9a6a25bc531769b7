import type { ExecutionEvent } from '@snug/protocol';
import { expect, test } from 'vitest';
import { audienceOf } from './audience.ts';

const metadata = { node_id: '1', prompt_id: 'p', display_node_id: '1', parent_node_id: null, real_node_id: '1' };
const error = {
  prompt_id: 'p',
  node_id: '1',
  node_type: 'T',
  executed: [],
  exception_message: '',
  traceback: [],
  current_inputs: {},
  current_outputs: [],
};

const events: Record<string, ExecutionEvent> = {
  execution_start: { type: 'execution_start', data: { prompt_id: 'p', timestamp: 1 } },
  execution_cached: { type: 'execution_cached', data: { nodes: [], prompt_id: 'p', timestamp: 1 } },
  execution_success: { type: 'execution_success', data: { prompt_id: 'p', timestamp: 1 } },
  execution_error: { type: 'execution_error', data: { ...error, exception_type: 'ValueError', timestamp: 1 } },
  execution_interrupted: {
    type: 'execution_interrupted',
    data: { prompt_id: 'p', node_id: '1', node_type: 'T', executed: [], timestamp: 1 },
  },
  executing: { type: 'executing', data: { node: '1', display_node: '1', prompt_id: 'p' } },
  executed: { type: 'executed', data: { node: '1', display_node: '1', output: null, prompt_id: 'p' } },
  progress: { type: 'progress', data: { value: 1, max: 2, prompt_id: 'p', node: '1' } },
  progress_state: { type: 'progress_state', data: { prompt_id: 'p', nodes: {} } },
  preview: { type: 'preview', image: new Uint8Array(), format: 'jpeg', metadata },
  text: { type: 'text', nodeId: '1', text: '' },
  custom: { type: 'custom', name: 'mine', data: {} },
  blocked: { type: 'execution_error', data: { ...error, exception_type: 'ExecutionBlocked' } },
};

function kindOf(name: string, clientId: string | null): string {
  const event = events[name];
  if (event === undefined) throw new Error(name);
  return audienceOf(event, clientId).kind;
}

test.each([
  'execution_start',
  'execution_cached',
  'execution_success',
  'execution_error',
  'execution_interrupted',
  'executing',
  'executed',
  'progress',
  'progress_state',
  'preview',
  'blocked',
])('%s of a client goes to that client', name => {
  expect(kindOf(name, 'a')).toBe('client');
});

test.each(['text', 'custom'])('%s goes to everyone', name => {
  expect(kindOf(name, 'a')).toBe('everyone');
  expect(kindOf(name, null)).toBe('everyone');
});

test.each(['execution_interrupted', 'progress', 'progress_state', 'preview', 'blocked'])(
  '%s of a prompt without client goes to everyone',
  name => {
    expect(kindOf(name, null)).toBe('everyone');
  },
);

test.each(['execution_start', 'execution_cached', 'execution_success', 'execution_error', 'executing', 'executed'])(
  '%s of a prompt without client goes to anonymous sockets',
  name => {
    expect(kindOf(name, null)).toBe('anonymous');
  },
);
