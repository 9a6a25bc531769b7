import { expect, test } from 'vitest';
import type { EncodedMessage } from './encoded-event.ts';
import { MissedEvents } from './missed-events.ts';

const message = (type: string, sizeBytes = 10): EncodedMessage => ({
  type,
  frame: Buffer.alloc(sizeBytes),
  isBinary: false,
});

function typesOf(messages: readonly EncodedMessage[]): string[] {
  return messages.map(({ type }) => type);
}

test('messages are handed out once, in order', () => {
  const missed = new MissedEvents();
  missed.add('a', message('1'));
  missed.add('b', message('2'));
  missed.add('a', message('3'));
  expect(typesOf(missed.take('a'))).toEqual(['1', '3']);
  expect(missed.take('a')).toEqual([]);
  expect(typesOf(missed.take('b'))).toEqual(['2']);
});

test('messages older than a minute are gone', () => {
  let now = 0;
  const missed = new MissedEvents(() => now);
  missed.add('a', message('old'));
  now = 59_000;
  missed.add('a', message('new'));
  now = 61_000;
  expect(typesOf(missed.take('a'))).toEqual(['new']);
});

test('a client keeps its latest thousand messages', () => {
  const missed = new MissedEvents();
  for (let i = 0; i < 1005; i++) missed.add('a', message(String(i)));
  const kept = typesOf(missed.take('a'));
  expect(kept).toHaveLength(1000);
  expect(kept[0]).toBe('5');
});

test('when the whole buffer is full the client that was quiet longest loses its messages', () => {
  const missed = new MissedEvents();
  const large = 6 * 1024 * 1024;
  missed.add('quiet', message('1', large));
  missed.add('b', message('2', large));
  missed.add('c', message('3', large));
  expect(missed.take('quiet')).toEqual([]);
  expect(typesOf(missed.take('b'))).toEqual(['2']);
  expect(typesOf(missed.take('c'))).toEqual(['3']);
});

test('clients that never came back are forgotten', () => {
  let now = 0;
  const missed = new MissedEvents(() => now);
  missed.add('a', message('1'));
  now = 120_000;
  missed.prune();
  now = 0;
  expect(missed.take('a')).toEqual([]);
});
