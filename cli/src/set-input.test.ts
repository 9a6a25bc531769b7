import { JsonFloat, type Prompt, parseLossless, stringifyLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { setInputs } from './set-input.ts';

const prompt = parseLossless(`{
  "3": {"class_type": "KSampler", "inputs": {"seed": 1, "cfg": 8.0, "sampler_name": "euler", "model": ["4", 0]}},
  "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat"}, "_meta": {"title": "v1.5 positive"}},
  "7": {"class_type": "CLIPTextEncode", "inputs": {"text": ""}, "_meta": {"title": "text"}},
  "12:5": {"class_type": "CLIPTextEncode", "inputs": {"text": ""}, "_meta": {"title": "text"}}
}`) as Prompt;

function inputsAfter(id: string, ...assignments: string[]) {
  return setInputs(prompt, assignments)[id]?.inputs;
}

describe('setInputs', () => {
  it('keeps the type that the value is written in', () => {
    const inputs = inputsAfter('3', '3.seed=18446744073709551615', '3.cfg=7.0', '3.sampler_name=heun');
    expect(inputs).toMatchObject({ seed: 18446744073709551615n, cfg: new JsonFloat(7), sampler_name: 'heun' });
  });

  it('keeps texts texts, whatever they look like', () => {
    expect(inputsAfter('6', '6.text=1984')).toEqual({ text: '1984' });
    expect(inputsAfter('6', '6.text=a = b.c')).toEqual({ text: 'a = b.c' });
    expect(inputsAfter('6', '6.text=')).toEqual({ text: '' });
    expect(inputsAfter('6', '6.text="two\\nlines"')).toEqual({ text: 'two\nlines' });
  });

  it('finds nodes by title, also with dots inside, and members of subgraphs by id', () => {
    expect(inputsAfter('6', 'v1.5 positive.text=a dog')).toEqual({ text: 'a dog' });
    expect(inputsAfter('12:5', '12:5.text=inside')).toEqual({ text: 'inside' });
  });

  it('replaces links and adds inputs', () => {
    expect(inputsAfter('3', '3.model=["9",1]')?.['model']).toEqual(['9', 1]);
    expect(inputsAfter('3', '3.denoise=0.5')?.['denoise']).toBe(0.5);
  });

  it('leaves the prompt itself and its node order alone', () => {
    const before = stringifyLossless(prompt);
    const changed = setInputs(prompt, ['3.seed=2']);
    expect(stringifyLossless(prompt)).toBe(before);
    expect(stringifyLossless(changed)).toBe(before.replace('"seed":1', '"seed":2'));
  });

  it.each([
    ['3.seed', 'expected node.input=value'],
    ['seed=3', 'expected node.input=value'],
    ['99.seed=3', 'no such node; there are 3 (KSampler), 6 (CLIPTextEncode)'],
    ['text.text=x', '2 nodes are called "text" (7, 12:5); use the id'],
    ['3.=x', 'no such node'],
  ])('refuses %s', (assignment, problem) => {
    expect(() => setInputs(prompt, [assignment])).toThrow(problem);
  });
});
