import { expect, test } from 'vitest';
import { failureReason } from './failure-reason.ts';

test('the source location of a failed check is left out', () => {
  const message =
    '/onnxruntime_src/onnxruntime/core/a.cc:136 ns::f(const T&)::<lambda()> status == Success was false. No adapter.\n';
  expect(failureReason(new Error(message))).toBe('No adapter');
});

test('other messages stay as they are', () => {
  expect(failureReason(new Error('Non-zero status code returned'))).toBe('Non-zero status code returned');
  expect(failureReason('out of memory')).toBe('out of memory');
});
