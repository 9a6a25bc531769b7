import { parseLossless, stringifyLossless } from '@snug/protocol';
import { expect, it } from 'vitest';
import { SnugClient } from '../src/index.ts';

it('converts a workflow with the catalogue of whatever server it talks to', async () => {
  const catalogue = '{"Paint": {"input": {"required": {"seed": ["INT", {}], "gain": ["FLOAT", {"default": 2.0}]}}}}';
  const asked: string[] = [];
  const client = new SnugClient({
    baseUrl: 'http://somewhere.test/base',
    fetch: async input => {
      asked.push(String(input));
      return new Response(catalogue);
    },
  });
  const workflow = parseLossless('{"nodes": [{"id": 3, "type": "Paint", "widgets_values": [18446744073709551615]}]}');
  const { ok, prompt, problems } = await client.convertWorkflow(workflow);
  expect(asked).toEqual(['http://somewhere.test/base/object_info']);
  expect(ok).toBe(true);
  expect(stringifyLossless(prompt['3']?.inputs)).toBe('{"seed":18446744073709551615,"gain":2.0}');
  expect(problems.map(({ code }) => code)).toEqual(['WIDGET_VALUES_FEWER']);
});
