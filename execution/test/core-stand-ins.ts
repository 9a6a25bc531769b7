// Stand-ins for the three core nodes that the catalogue's graphs end in. They keep pictures in memory and name them with
// one running counter; files, metadata and the rest are the business of the real nodes.
import { combo, custom, defineNode, int, type NodePack, out, string } from '@snug/execution';
import type { StubTensor } from '../../testkit/testing-nodes/stub-image.ts';

const images = () => custom<StubTensor>('IMAGE');

/** Pictures saved so far, by file name. */
export class Gallery {
  readonly #pictures = new Map<string, StubTensor>();
  #counter = 0;

  save(prefix: string, picture: StubTensor): string {
    this.#counter++;
    const name = `${prefix}_${String(this.#counter).padStart(5, '0')}_.png`;
    this.#pictures.set(name, picture);
    return name;
  }

  /** Value of the first pixel in 0..255, truncated as PNG files store it. */
  level(name: string): number {
    const picture = this.#pictures.get(name);
    if (picture === undefined) throw new Error(`No picture ${name} was saved.`);
    return Math.trunc(Math.min(Math.max(255 * (picture.data[0] ?? 0), 0), 255));
  }

  picture(name: string): StubTensor {
    return this.#pictures.get(name) as StubTensor;
  }
}

/** The picture `index` of a batch. */
function itemOf(batch: StubTensor, index: number): StubTensor {
  const [count = 1, ...dims] = batch.dims;
  const size = batch.data.length / count;
  return { data: batch.data.subarray(index * size, (index + 1) * size), dims: [1, ...dims] };
}

function savedUi(gallery: Gallery, batch: StubTensor, prefix: string, type: string) {
  const files = Array.from({ length: batch.dims[0] ?? 0 }, (_, index) => ({
    filename: gallery.save(prefix, itemOf(batch, index)),
    subfolder: '',
    type,
  }));
  return out({ ui: { images: files } });
}

/** SaveImage, PreviewImage, RebatchImages, and the class that the golden answers declare. */
export function corePack(gallery: Gallery): NodePack {
  const saveImage = defineNode({
    id: 'SaveImage',
    outputNode: true,
    inputs: { images: images(), filename_prefix: string({ default: 'ComfyUI' }) },
    hidden: ['prompt', 'extraPngInfo'],
    outputs: [],
    execute: ({ images: batch, filename_prefix }) => savedUi(gallery, batch, filename_prefix, 'output'),
  });
  const previewImage = defineNode({
    id: 'PreviewImage',
    outputNode: true,
    inputs: { images: images() },
    hidden: ['prompt', 'extraPngInfo'],
    outputs: [],
    execute: ({ images: batch }) => savedUi(gallery, batch, 'ComfyUI', 'temp'),
  });
  const rebatchImages = defineNode({
    id: 'RebatchImages',
    inputIsList: true,
    inputs: { images: images(), batch_size: int({ default: 1, min: 1, max: 4096 }) },
    outputs: [custom<StubTensor>('IMAGE', { isList: true })],
    execute: ({ images: batches, batch_size: [batchSize = 1] }) => {
      const pictures = batches.flatMap(batch =>
        Array.from({ length: batch.dims[0] ?? 0 }, (_, index) => itemOf(batch, index)),
      );
      const groups: StubTensor[] = [];
      for (let start = 0; start < pictures.length; start += batchSize) {
        groups.push(joined(pictures.slice(start, start + batchSize)));
      }
      return [groups];
    },
  });
  return { name: 'core', pythonModule: 'nodes', nodes: [saveImage, previewImage, rebatchImages, goldenInputs] };
}

function joined(pictures: readonly StubTensor[]): StubTensor {
  const size = pictures[0]?.data.length ?? 0;
  const data = new Float32Array(size * pictures.length);
  for (const [index, picture] of pictures.entries()) data.set(picture.data, index * size);
  return { data, dims: [pictures.length, ...(pictures[0]?.dims.slice(1) ?? [])] };
}

const goldenInputs = defineNode({
  id: 'GoldenInputs',
  inputs: {
    seed: int({ default: 0, min: 0, max: 18446744073709551615n, big: true }),
    steps: int({ default: 20, min: 1, max: 10000 }),
    cfg: custom<number>('FLOAT', { default: 8, min: 0, max: 100, step: 0.1, round: 0.01 }),
    sampler_name: combo(['euler', 'heun']),
    flag: custom<boolean>('BOOLEAN', { default: true }),
    text: string({ multiline: true }),
    pick: combo(
      Array.from({ length: 21 }, (_, n) => `m${n}`),
      { optional: true },
    ),
  },
  outputs: [images()],
  execute: () => [{ data: new Float32Array(3), dims: [1, 1, 1, 3] }],
});
