import { describe, expect, it } from 'vitest';
import { EXECUTION_ERRORS, ExecutionError, type ExecutionErrorCode } from './errors.ts';
import { thrownText, thrownTraceback, thrownType } from './thrown-value.ts';

describe('ExecutionError', () => {
  it('fills its message from the details and keeps both', () => {
    const error = new ExecutionError('UNKNOWN_NODE_CLASS', { classType: 'X' }, { cause: 'why' });
    expect(error.message).toBe('Node class "X" is not registered; install the node pack that brings it.');
    expect(error).toMatchObject({ name: 'ExecutionError', details: { classType: 'X' }, cause: 'why' });
  });

  it('leaves a placeholder that nobody filled, so that the mistake shows', () => {
    expect(new ExecutionError('UNKNOWN_NODE_CLASS').message).toContain('{classType}');
  });

  it.each(Object.keys(EXECUTION_ERRORS) as ExecutionErrorCode[])('%s has a message', code => {
    expect(new ExecutionError(code).message.length).toBeGreaterThan(10);
  });
});

describe('thrown values', () => {
  it('of this room carry the type names that clients know', () => {
    expect(thrownType(new ExecutionError('DUPLICATE_NODE'))).toBe('execution.DuplicateNodeError');
    expect(thrownType(new ExecutionError('WRONG_ARITY'))).toBe('ExecutionError');
  });

  it.each<[unknown, string, string]>([
    [new Error('a'), 'a', 'RuntimeError'],
    [new SyntaxError('b'), 'b', 'SyntaxError'],
    ['text', 'text', 'RuntimeError'],
    [null, 'null', 'RuntimeError'],
    [Symbol('s'), 'Symbol(s)', 'RuntimeError'],
  ])('are read: %s', (thrown, text, type) => {
    expect([thrownText(thrown), thrownType(thrown)]).toEqual([text, type]);
  });

  it('give their stack in lines, and end although causes go in circles', () => {
    const error = new Error('a');
    error.cause = error;
    const lines = thrownTraceback(error);
    expect(lines[0]).toBe('Error: a\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(thrownTraceback('text')).toEqual(['Thrown: text\n']);
  });
});
