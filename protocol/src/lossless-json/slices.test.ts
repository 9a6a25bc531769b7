import { describe, expect, it } from 'vitest';
import { JsonSyntaxError } from '../errors.ts';
import { orderedKeys } from './key-order.ts';
import { parseLossless, parseLosslessInSlices } from './parse-lossless.ts';
import { inSlices } from './slices.ts';
import { stringifyLossless, stringifyLosslessInSlices } from './stringify-lossless.ts';

const pause = () => new Promise<void>(resolve => setImmediate(resolve));

/** Nodes whose ids do not stand in JavaScript's order. */
const large = `{${Array.from({ length: 20_000 }, (_, n) => `"${20_000 - n}":{"inputs":{"x":[${n}.0,"\u00e9",null]}}`).join(',')}}`;

describe('long documents', () => {
  it('are read and written as short ones are, with turns for others in between', async () => {
    let turns = 0;
    let isDone = false;
    const others = (async () => {
      for (; !isDone; turns++) await pause();
    })();
    const value = await parseLosslessInSlices(large, pause);
    const text = await stringifyLosslessInSlices(value, pause);
    isDone = true;
    await others;
    expect(turns).toBeGreaterThan(2);
    expect(orderedKeys(value as object)[0]).toBe('20000');
    expect(text).toBe(stringifyLossless(parseLossless(large)));
  });

  it('are refused with the place of the mistake', async () => {
    await expect(parseLosslessInSlices(`${large.slice(0, -1)},}`, pause)).rejects.toThrow(JsonSyntaxError);
    await expect(parseLosslessInSlices('[[[1]]]', pause, { maxDepth: 2 })).rejects.toThrow(JsonSyntaxError);
    await expect(stringifyLosslessInSlices({ f: () => 1 }, pause)).rejects.toThrow();
  });

  it.each(['5', '"x"', '[]', '{"a":{}}'])('may be as short as %s', async text => {
    expect(await stringifyLosslessInSlices(await parseLosslessInSlices(text, pause), pause)).toBe(text);
  });

  it('never pause for work that is done at once', async () => {
    let pauses = 0;
    await inSlices({ advance: () => true }, async () => void pauses++);
    expect(pauses).toBe(0);
  });
});
