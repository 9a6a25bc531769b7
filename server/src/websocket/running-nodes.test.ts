import { expect, test } from 'vitest';
import { RunningNodes } from './running-nodes.ts';

const executing = (node: string | null, display?: string): Parameters<RunningNodes['observe']>[0] => ({
  type: 'executing',
  data: { node, ...(display !== undefined && { display_node: display }), prompt_id: 'p' },
});

test('the display node of the running prompt is known until its end marker', () => {
  const running = new RunningNodes();
  expect(running.nodeOf('a')).toBeUndefined();
  running.observe(executing('6.0.0.1', '6'), { promptId: 'p', clientId: 'a' });
  expect(running.nodeOf('a')).toBe('6');
  expect(running.nodeOf('b')).toBeUndefined();
  running.observe(executing(null), { promptId: 'p', clientId: 'a' });
  expect(running.nodeOf('a')).toBeUndefined();
});

test('the prompt of nobody is not remembered', () => {
  const running = new RunningNodes();
  running.observe(executing('1', '1'), { promptId: 'p', clientId: null });
  expect(running.nodeOf('')).toBeUndefined();
});
