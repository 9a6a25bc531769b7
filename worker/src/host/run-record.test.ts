import type { ExecutionEvent, NodeProgress } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { createRunRecord } from './run-record.ts';

const promptJson =
  '{"2":{"class_type":"Make","inputs":{}},"1":{"class_type":"Grow","inputs":{}},"3":{"class_type":"Save","inputs":{}}}';

const progress = (id: string, state: NodeProgress['state'], realId = id): NodeProgress => ({
  value: 0,
  max: 1,
  state,
  node_id: id,
  prompt_id: 'p',
  display_node_id: realId,
  parent_node_id: realId === id ? null : realId,
  real_node_id: realId,
});

/** Node 2 done with a picture, an expanded node of node 1 at work. */
const events: ExecutionEvent[] = [
  { type: 'execution_start', data: { prompt_id: 'p', timestamp: 1 } },
  { type: 'execution_cached', data: { nodes: [], prompt_id: 'p', timestamp: 2 } },
  { type: 'executing', data: { node: '2', display_node: '2', prompt_id: 'p' } },
  {
    type: 'executed',
    data: { node: '2', display_node: '2', output: { images: [{ filename: 'a.png' }] }, prompt_id: 'p' },
  },
  {
    type: 'progress_state',
    data: { prompt_id: 'p', nodes: { '2': progress('2', 'finished'), '1.0.0.1': progress('1.0.0.1', 'running', '1') } },
  },
  { type: 'executing', data: { node: '1.0.0.1', display_node: '1', prompt_id: 'p' } },
];

function recordOfEvents() {
  const record = createRunRecord({ promptId: 'p', promptJson });
  for (const event of events) record.observe(event);
  return record;
}

const failure = { message: 'The worker died.', exceptionType: 'WorkerProcessDied', traceback: ['boom'] };

describe('the record of a run that lost its child', () => {
  it('blames the node of the prompt that was running last', () => {
    const { event, result } = recordOfEvents().fail(failure);
    expect(event).toMatchObject({
      type: 'execution_error',
      data: {
        prompt_id: 'p',
        node_id: '1',
        node_type: 'Grow',
        executed: ['2'],
        exception_message: 'The worker died.\n',
        exception_type: 'WorkerProcessDied',
        traceback: ['boom'],
        current_inputs: {},
        current_outputs: ['2', '1', '3'],
      },
    });
    expect(result.statusStr).toBe('error');
  });

  it('makes the history entry that a whole run would have made', () => {
    const { event, result } = recordOfEvents().fail(failure);
    expect(JSON.parse(result.messagesJson)).toEqual([
      ['execution_start', { prompt_id: 'p', timestamp: 1 }],
      ['execution_cached', { nodes: [], prompt_id: 'p', timestamp: 2 }],
      ['execution_error', JSON.parse(JSON.stringify(event.data))],
    ]);
    expect(JSON.parse(result.outputsJson)).toEqual({ '2': { images: [{ filename: 'a.png' }] } });
    expect(JSON.parse(result.metaJson)).toEqual({
      '2': { node_id: '2', display_node: '2', parent_node: null, real_node_id: '2' },
    });
  });

  it('believes the note of the child more than the events', () => {
    expect(recordOfEvents().fail(failure, '3').event.data).toMatchObject({ node_id: '3', node_type: 'Save' });
  });

  it('ends an interrupted run as interrupted', () => {
    const { event, result } = recordOfEvents().interrupt();
    expect(event).toMatchObject({
      type: 'execution_interrupted',
      data: { node_id: '1', node_type: 'Grow', executed: ['2'] },
    });
    expect(result.statusStr).toBe('error');
  });

  it('names the first node when nothing is known', () => {
    const record = createRunRecord({ promptId: 'p', promptJson });
    expect(record.fail(failure).event.data).toMatchObject({ node_id: '2', node_type: 'Make', executed: [] });
  });
});
