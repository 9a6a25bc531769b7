import { describe, expect, it } from 'vitest';
import { checkListenPolicy, isLoopback, urlOf } from './listen-policy.ts';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]', '::ffff:127.0.0.1'])('is true for %s', address => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.org', '127.0.0.1.example.org', '::ffff:10.0.0.1'])(
    'is false for %s',
    address => {
      expect(isLoopback(address)).toBe(false);
    },
  );
});

describe('checkListenPolicy', () => {
  it('refuses to be reachable from outside unless told so', () => {
    expect(() => checkListenPolicy(['127.0.0.1', '0.0.0.0'], { allowAnybody: false })).toThrow('0.0.0.0');
    checkListenPolicy(['0.0.0.0', '::'], { allowAnybody: true });
    checkListenPolicy(['127.0.0.1', '::1'], { allowAnybody: false });
  });
});

describe('urlOf', () => {
  it('names an address that a browser on this machine can open', () => {
    expect(urlOf('0.0.0.0', 1, 'http')).toBe('http://127.0.0.1:1');
    expect(urlOf('::', 1, 'https')).toBe('https://[::1]:1');
    expect(urlOf('::1', 1, 'http')).toBe('http://[::1]:1');
    expect(urlOf('10.0.0.1', 1, 'http')).toBe('http://10.0.0.1:1');
  });
});
