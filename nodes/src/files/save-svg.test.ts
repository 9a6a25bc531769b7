import { expect, it } from 'vitest';
import { createMemoryFiles } from '../../test/memory-files.ts';
import { createNodeBench } from '../../test/node-bench.ts';
import { withMetadata } from './save-svg.ts';

const hidden = { prompt: { 1: { class_type: 'A', inputs: {} } }, extraPngInfo: { workflow: { id: 'é' } } } as never;
const block =
  '<metadata><![CDATA[{"prompt": {"1": {"class_type": "A", "inputs": {}}}, "workflow": {"id": "\\u00e9"}}]]></metadata>';

it.each([
  ['<svg>x</svg>', `<svg>${block}x</svg>`],
  ['<svg a=">" b=\'>\'>x</svg>', `<svg a=">" b='>'>${block}x</svg>`],
  ['<?xml version="1.0"?><!-- <svg> --><SVG\n>x</SVG>', `<?xml version="1.0"?><!-- <svg> --><SVG\n>${block}x</SVG>`],
  ['<!DOCTYPE svg [<!ENTITY a "<svg>">]><svg/>', `<!DOCTYPE svg [<!ENTITY a "<svg>">]><svg>${block}</svg>`],
  ['<s:svg xmlns:s="u"><s:svg/></s:svg>', `<s:svg xmlns:s="u">${block}<s:svg/></s:svg>`],
])('the metadata of %s stands right behind the opening tag', (drawing, expected) => {
  expect(withMetadata(drawing, hidden)).toBe(expected);
});

it('no text of a prompt can end the block', () => {
  const saved = withMetadata('<svg/>', { prompt: { a: ']]><script/>' }, extraPngInfo: null } as never);
  expect(saved).toContain('"a": "]]]]><![CDATA[><script/>"');
});

it.each(['', 'text', '<svgs>', '<!-- <svg> -->', '<svg', `<svg ${'a="'.repeat(5000)}`])(
  'a text without the tag is refused: %s',
  drawing => {
    expect(() => withMetadata(drawing, hidden)).toThrow('has no <svg> tag');
  },
);

it('every drawing of a batch is saved, with metadata unless it is switched off', async () => {
  for (const disableMetadata of [false, true]) {
    const files = createMemoryFiles();
    const { execute } = createNodeBench().node('SaveSVGNode').definition;
    const context = { services: { files, settings: { disableMetadata } }, hidden, throwIfInterrupted: () => {} };
    const svg = { documents: ['<svg>1</svg>', '<svg>2</svg>'] };
    const answer = await execute({ svg, filename_prefix: 'd' } as never, context as never);
    expect(answer).toMatchObject({ ui: { images: [{ filename: 'd_00001_.svg' }, { filename: 'd_00002_.svg' }] } });
    const texts = [...files.contents.values()].map(bytes => Buffer.from(bytes).toString());
    expect(texts).toEqual(disableMetadata ? svg.documents : [`<svg>${block}1</svg>`, `<svg>${block}2</svg>`]);
  }
});
