import { describe, expect, it } from 'vitest';
import { createBreadcrumbWriter } from '../child/breadcrumb-writer.ts';
import { createBreadcrumb } from './breadcrumb.ts';

describe('the note about the running node', () => {
  it('holds what the child noted last', () => {
    const note = createBreadcrumb();
    expect(note.read()).toBeUndefined();
    const write = createBreadcrumbWriter(note.descriptor ?? -1);
    write('a-long-prompt-id', '12:5');
    write('p', '3');
    expect(note.read()).toEqual({ promptId: 'p', nodeId: '3' });
    note.close();
  });

  it('is simply missing where no file can be made', () => {
    const note = createBreadcrumb('/nowhere');
    expect(note.descriptor).toBeUndefined();
    expect(note.read()).toBeUndefined();
    note.close();
  });

  it('does not disturb a child that has no such file', () => {
    const write = createBreadcrumbWriter(9_999);
    write('p', '1');
    write('p', '2');
  });
});
