import { type ExecutionEvent, JsonFloat, parseLossless, stringifyLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { fromWire, toWire } from './event-wire.ts';

/** What the IPC channel does to a message. */
const cross = (event: ExecutionEvent): ExecutionEvent => fromWire(structuredClone(toWire(event)));

const json = '{"10":[1.0,18446744073709551615],"2":"ä"}';
const value = parseLossless(json) as never;

describe('events on the channel', () => {
  it('keep numbers and key order in the members that hold arbitrary JSON', () => {
    const executed = cross({
      type: 'executed',
      data: { node: '3', display_node: '3', output: value, prompt_id: 'p' },
    });
    const custom = cross({ type: 'custom', name: 'mine', data: value });
    const error = cross({
      type: 'execution_error',
      data: {
        prompt_id: 'p',
        node_id: '1',
        node_type: 'A',
        executed: [],
        exception_message: 'no\n',
        exception_type: 'Error',
        traceback: [],
        current_inputs: value,
        current_outputs: [],
      },
    });
    expect(executed.type === 'executed' && stringifyLossless(executed.data.output)).toBe(json);
    expect(custom.type === 'custom' && stringifyLossless(custom.data)).toBe(json);
    expect(error.type === 'execution_error' && stringifyLossless(error.data.current_inputs)).toBe(json);
    expect(executed.type === 'executed' && executed.data.output?.['10']).toEqual([
      new JsonFloat(1),
      18446744073709551615n,
    ]);
  });

  it('keep an output node without ui apart from one with an empty one', () => {
    const event = { type: 'executed', data: { node: '3', display_node: '3', output: null, prompt_id: 'p' } } as const;
    expect(cross(event)).toEqual(event);
  });

  it('carry pictures as bytes', () => {
    const preview = cross({
      type: 'preview',
      image: new Uint8Array([1, 2, 3]),
      format: 'jpeg',
      metadata: { node_id: '3', prompt_id: 'p', display_node_id: '3', parent_node_id: null, real_node_id: '3' },
    });
    expect(preview.type === 'preview' && [...preview.image]).toEqual([1, 2, 3]);
  });
});
