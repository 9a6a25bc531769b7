import { LogRing } from '@snug/server';
import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

it('records what it logs, with errors, from child loggers too, but no other details', async () => {
  const logs = new LogRing();
  const logger = await createLogger('ERROR', { logs });
  logger.info('below the level');
  logger.error({ secret: 'hidden' }, 'failed');
  logger.child({ room: 'server' }).error({ err: new Error('the reason') }, 'request failed');
  logger.fatal(new Error('alone'));
  expect(logs.entries().map(({ m }) => m)).toEqual(['failed\n', 'request failed: the reason\n', 'alone\n']);
});

it('records also what it is told not to print', async () => {
  const logs = new LogRing();
  const logger = await createLogger('INFO', { logs, quiet: true });
  logger.info('only for clients');
  logger.debug('below the level');
  expect(logs.entries().map(({ m }) => m)).toEqual(['only for clients\n']);
});
