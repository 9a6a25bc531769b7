import { expect, test } from 'vitest';
import { ServerError } from './errors.ts';

test('an error carries its code, status, values, cause and a message that says what to do', () => {
  const cause = new Error('EADDRINUSE');
  const error = new ServerError('ADDRESS_UNAVAILABLE', { host: '::', port: 8188, reason: 'it is in use' }, { cause });
  expect(error).toMatchObject({ code: 'ADDRESS_UNAVAILABLE', status: 500, details: { port: 8188 }, cause });
  expect(error.message).toBe(
    'Cannot listen on :: port 8188: it is in use. Stop the program that uses it or choose another --port.',
  );
});
