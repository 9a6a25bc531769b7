import { describe, expect, test } from 'vitest';
import { isForeignRequest, originDiffersFromHost } from './origin-guard.ts';

describe('an origin', () => {
  test.each([
    ['http://evil.example', '127.0.0.1:8188'],
    ['http://127.0.0.1:1', '127.0.0.1:8188'],
    ['http://localhost:8188', '127.0.0.1:8188'],
    ['http://[::1]:1', '[::1]:8188'],
  ])('%s differs from the host %s', (origin, host) => {
    expect(originDiffersFromHost(origin, host)).toBe(true);
  });

  test.each([
    ['http://127.0.0.1:8188', '127.0.0.1:8188'],
    ['https://127.0.0.1:8188', '127.0.0.1:8188'],
    ['http://127.0.0.1', '127.0.0.1:8188'],
    ['http://127.0.0.1:5555', '127.0.0.1'],
    ['HTTP://LocalHost:8188', 'localhost:8188'],
    ['http://[::1]:8188', '[::1]:8188'],
    ['http://[::1]', '[::1]:8188'],
    ['null', '127.0.0.1:8188'],
    ['file://', '127.0.0.1:8188'],
    ['', '127.0.0.1:8188'],
  ])('%s agrees with the host %s', (origin, host) => {
    expect(originDiffersFromHost(origin, host)).toBe(false);
  });
});

test('a foreign page is refused at a loopback address', async () => {
  expect(await isForeignRequest({ host: '127.0.0.1:8188', origin: 'http://evil.example' })).toBe(true);
  expect(await isForeignRequest({ host: 'localhost:8188', origin: 'http://evil.example' })).toBe(true);
  expect(await isForeignRequest({ host: '[::1]:8188', origin: 'http://evil.example' })).toBe(true);
});

test('a host that is not this machine is never protected', async () => {
  expect(await isForeignRequest({ host: '192.168.1.5:8188', origin: 'http://evil.example' })).toBe(false);
  expect(await isForeignRequest({ host: 'no-such-name.invalid', origin: 'http://evil.example' })).toBe(false);
});

test('a request that the browser marks as cross-site is refused whatever its host', async () => {
  expect(await isForeignRequest({ host: 'example.com', 'sec-fetch-site': 'cross-site' })).toBe(true);
  expect(await isForeignRequest({ host: 'example.com', 'sec-fetch-site': 'same-origin' })).toBe(false);
});

test('requests without an origin, as programs send them, pass', async () => {
  expect(await isForeignRequest({ host: '127.0.0.1:8188' })).toBe(false);
  expect(await isForeignRequest({})).toBe(false);
});
