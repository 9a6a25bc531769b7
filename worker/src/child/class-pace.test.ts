import { describe, expect, it } from 'vitest';
import { createClassPace } from './class-pace.ts';

const finished = { 1: { state: 'finished' } } as const;

describe('the pace of node classes', () => {
  it('takes a class for quick only after it has been', () => {
    let time = 0;
    const pace = createClassPace(() => time);
    expect(pace.isQuick('1', 'A')).toBe(false);
    time = 5;
    pace.observe({ 1: { state: 'running' } });
    pace.observe(finished);
    expect(pace.isQuick('1', 'A')).toBe(true);
    expect(pace.isQuick('1', 'B')).toBe(false);
  });

  it('changes its mind when a class takes long', () => {
    let time = 0;
    const pace = createClassPace(() => time);
    pace.isQuick('1', 'A');
    pace.observe(finished);
    expect(pace.isQuick('1', 'A')).toBe(true);
    time = 50;
    pace.observe(finished);
    expect(pace.isQuick('1', 'A')).toBe(false);
  });

  it('learns nothing from a node that never finished', () => {
    const pace = createClassPace(() => 0);
    pace.isQuick('1', 'A');
    pace.isQuick('2', 'B');
    pace.observe(finished);
    expect(pace.isQuick('1', 'A')).toBe(false);
  });
});
