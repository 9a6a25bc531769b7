import { describe, expect, it } from 'vitest';
import { progressDisplay } from './progress-display.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 80, write: (text: string) => written.push(text) } };
}

describe('progressDisplay', () => {
  it('prints a line per node and per tenth where there is no terminal', () => {
    const { written, stream } = recorder(false);
    const display = progressDisplay(stream);
    display.node('KSampler');
    for (let step = 1; step <= 20; step++) {
      display.step('KSampler', step, 20);
    }
    display.node('SaveImage');
    display.step('SaveImage', 1, 1);
    display.finish();
    expect(written).toHaveLength(12);
    expect(written[1]).toBe('KSampler 10 % (2/20)\n');
    expect(written[10]).toBe('KSampler 100 % (20/20)\n');
    expect(written[11]).toBe('SaveImage\n');
  });

  it('does not repeat a tenth when steps are large', () => {
    const { written, stream } = recorder(false);
    const display = progressDisplay(stream);
    display.node('KSampler');
    display.step('KSampler', 1, 3);
    display.step('KSampler', 1, 3);
    display.step('KSampler', 3, 3);
    expect(written.slice(1)).toEqual(['KSampler 30 % (1/3)\n', 'KSampler 100 % (3/3)\n']);
  });

  it('redraws one line on a terminal and clears it at the end', () => {
    const { written, stream } = recorder(true);
    let nowMs = 0;
    const display = progressDisplay(stream, () => nowMs);
    display.node('KSampler');
    nowMs = 2000;
    display.step('KSampler', 10, 20);
    display.finish();
    display.finish();
    expect(written.every(text => text.startsWith('\r\x1b[2K') && !text.includes('\n'))).toBe(true);
    expect(written[1]).toMatch(/KSampler .*10\/20.*2 s left/);
    expect(written).toHaveLength(3);
  });
});
