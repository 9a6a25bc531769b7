import { expect, it } from 'vitest';
import { parseListenTarget } from './listen-target.ts';

it.each([
  ['127.0.0.1:8189', { host: '127.0.0.1', port: 8189 }],
  ['[::1]:8190', { host: '::1', port: 8190 }],
  ['example.org:0', { host: 'example.org', port: 0 }],
  [':8189', { host: '127.0.0.1', port: 8189 }],
])('%s is an address with a port', (text, expected) => {
  expect(parseListenTarget(text)).toEqual(expected);
});

it.each(['', '8189', 'host', 'host:', 'host:port', 'host:65536', '::1:80', '[::1]', 'a b:1', 'host:-1', 'http://x:1'])(
  '"%s" is none',
  text => {
    expect(parseListenTarget(text)).toBeUndefined();
  },
);
