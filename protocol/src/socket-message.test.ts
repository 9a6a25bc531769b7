import { describe, expect, it } from 'vitest';
import { FEATURE_FLAGS, isFlagSupported } from './feature-flags.ts';
import { JsonFloat } from './lossless-json/json-value.ts';
import { decodeSocketMessage, encodeSocketMessage, encodeStatusMessage, jsonMessageOf } from './socket-message.ts';

describe('socket messages', () => {
  it('carries the client id only in the first status', () => {
    expect(encodeStatusMessage(3)).toBe('{"type":"status","data":{"status":{"exec_info":{"queue_remaining":3}}}}');
    expect(JSON.parse(encodeStatusMessage(0, 'abc'))).toMatchObject({ data: { sid: 'abc' } });
  });

  it('reads back what was written', () => {
    const data = { value: new JsonFloat(1), seed: 18446744073709551615n };
    expect(decodeSocketMessage(encodeSocketMessage('x', data))).toEqual({ type: 'x', data });
    expect(decodeSocketMessage('{"type":"ping"}')).toEqual({ type: 'ping', data: null });
  });

  it.each(['', 'hello', '[]', '{"type":5,"data":{}}', '{"data":{}}', '{"type":"a"'])('refuses %j', text => {
    expect(() => decodeSocketMessage(text)).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED' }));
  });

  it('keeps the wire names of run events, gives custom events their own, and leaves binary ones out', () => {
    const success = { type: 'execution_success', data: { prompt_id: 'p', timestamp: 1 } } as const;
    expect(jsonMessageOf(success)).toEqual(success);
    expect(jsonMessageOf({ type: 'custom', name: 'my.event', data: { a: 1 } })).toEqual({
      type: 'my.event',
      data: { a: 1 },
    });
    expect(jsonMessageOf({ type: 'text', nodeId: '1', text: 'hi' })).toBeUndefined();
  });
});

describe('feature flags', () => {
  it('are supported only when exactly true', () => {
    const name = FEATURE_FLAGS.previewMetadata;
    expect([true, 1, 'true', null].map(value => isFlagSupported({ [name]: value }, name))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(isFlagSupported(undefined, name)).toBe(false);
    expect(isFlagSupported({}, 'constructor')).toBe(false);
  });
});
