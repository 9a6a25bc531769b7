import { expect, test } from 'vitest';
import { EngineError } from './errors.ts';

test('an error carries its code, its values and its cause', () => {
  const cause = new Error('ENOENT');
  const error = new EngineError('FILE_UNREADABLE', { path: 'a {b}.safetensors', reason: 'gone' }, { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('EngineError');
  expect(error.code).toBe('FILE_UNREADABLE');
  expect(error.message).toBe('Cannot read "a {b}.safetensors": gone. Check that the file exists and may be read.');
  expect(error.details).toEqual({ path: 'a {b}.safetensors', reason: 'gone' });
  expect(error.cause).toBe(cause);
});
