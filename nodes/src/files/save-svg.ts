// SVG drawings as files, with the prompt and the workflow inside (spec files.md section 6).
import { custom, defineNode, type HiddenValues, out, string } from '@snug/execution';
import { type JsonObject, stringifyPython } from '@snug/protocol';
import { NodeError } from '../errors.ts';
import type { Svg } from '../node-types.ts';
import { metadataEntries } from './png-metadata.ts';

export const SaveSVGNode = defineNode({
  id: 'SaveSVGNode',
  category: 'image/save',
  pythonModule: 'comfy_extras.nodes_images',
  description: 'Writes the drawings into the output folder, with the workflow inside.',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  inputs: {
    svg: custom<Svg>('SVG'),
    filename_prefix: string({
      default: 'svg/ComfyUI',
      tooltip: 'Start of the file names. A / makes a sub-folder; %year%, %month%, %day% and such are filled in.',
    }),
  },
  outputs: [],
  async execute({ svg, filename_prefix }, { services, hidden, throwIfInterrupted }) {
    const { files, settings } = services;
    const { documents } = svg;
    const what = { count: documents.length, extension: 'svg', width: 0, height: 0 };
    const drawings = settings.disableMetadata ? documents : documents.map(text => withMetadata(text, hidden));
    const references = await files.newFiles('output', filename_prefix, what);
    for (const [index, reference] of references.entries()) {
      throwIfInterrupted();
      await files.write(reference, Buffer.from(drawings[index] ?? '', 'utf8'));
    }
    return out({ ui: { images: references.map(reference => ({ ...reference })) } });
  },
});

/** Comments, declarations and the like, which may hold texts that look like the tag. */
const BESIDE_TAGS = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^[>]*(\[[\s\S]*?\])?[^>]*>/gi;
/** The tag that opens the drawing; attributes in quotes may contain `>`. */
const OPENING_TAG = /<(?:\w+:)?svg(?=[\s/>])(?:[^>"']|"[^"]*"|'[^']*')*>/i;

/** The drawing with a `<metadata>` block right behind its opening tag. @throws NodeError SVG_INVALID */
export function withMetadata(drawing: string, hidden: Pick<HiddenValues, 'prompt' | 'extraPngInfo'>): string {
  const blanked = drawing.replace(BESIDE_TAGS, text => ' '.repeat(text.length));
  const tag = OPENING_TAG.exec(blanked)?.[0];
  if (tag === undefined) throw new NodeError('SVG_INVALID', { start: drawing.slice(0, 40) });
  const entries = Object.fromEntries(metadataEntries(hidden)) as JsonObject;
  // A text cannot end the block: the end mark is written across two blocks.
  const json = stringifyPython(entries).replaceAll(']]>', ']]]]><![CDATA[>');
  const block = `<metadata><![CDATA[${json}]]></metadata>`;
  const end = blanked.indexOf(tag) + tag.length;
  if (!tag.endsWith('/>')) return `${drawing.slice(0, end)}${block}${drawing.slice(end)}`;
  // An empty drawing that closes itself is opened first.
  const name = /^<([^\s/>]+)/.exec(tag)?.[1] ?? 'svg';
  return `${drawing.slice(0, end - 2)}>${block}</${name}>${drawing.slice(end)}`;
}
