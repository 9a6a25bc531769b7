// Golden folder `modules/text`: the CLIP text encoder of SD 1.x with clip skip, prompt weights and learned vectors.
import type { Chunk } from '../../engine/src/models/clip/clip-model.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import type { GoldenFile } from './golden-file.ts';
import { ModelBench, weightsCaseOf } from './golden-model.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

const bench = new ModelBench();
const COVERED_PREFIX = 'W.cond_stage_model.transformer.';

export const text: ParitySuite = {
  folder: 'modules/text',
  close: () => bench.close(),
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const weightsCase = weightsCaseOf(goldenCase, context);
    const isCovered =
      weightsCase.params['activation'] === 'quick_gelu' &&
      (weightsCase.tensors ?? []).some(name => name.startsWith(COVERED_PREFIX));
    if (!isCovered) return { skipped: 'text and vision encoders other than that of SD 1.x' };
    const model = await bench.clip(weightsCase, context);
    const file = await context.tensors(goldenCase);
    const comparison = new Comparison(toleranceOf(goldenCase));
    const chunks = chunksOf(goldenCase, file);
    if (file.has('cond')) {
      const stopAtLayer = Number(goldenCase.params['clip_skip'] ?? -1);
      const { context: encoded, pooled } = await model.encodeChunks(chunks, { stopAtLayer });
      comparison.values('cond', encoded.data, file.get('cond').data);
      comparison.values('pooled', pooled.data, file.get('pooled').data);
    } else await compareLayers(comparison, file, chunks, model);
    return comparison.outcome();
  },
};

/** Tensors `clip_skip_N` hold the states of all chunks, `pooled_unprojected` one row per chunk. */
async function compareLayers(
  comparison: Comparison,
  file: GoldenFile,
  chunks: readonly Chunk[],
  model: Awaited<ReturnType<ModelBench['clip']>>,
): Promise<void> {
  for (const name of file.names.filter(candidate => candidate.startsWith('clip_skip_'))) {
    const { context } = await model.encodeChunks(chunks, { stopAtLayer: Number(name.slice('clip_skip_'.length)) });
    comparison.values(name, context.data, file.get(name).data);
  }
  if (!file.has('pooled_unprojected')) return;
  const pooled: number[] = [];
  for (const chunk of chunks) {
    pooled.push(...(await model.encodeChunks([chunk], { stopAtLayer: -1 })).pooled.data);
  }
  comparison.values('pooled_unprojected', pooled, file.get('pooled_unprojected').data);
}

/** Negative ids stand for the rows of `vectors`, in order. */
function chunksOf({ params }: GoldenCase, file: GoldenFile): Chunk[] {
  const tokens = file.get('tokens');
  const [rows = 0, columns = 0] = tokens.dims;
  const weights = file.has('weights') ? file.get('weights').data : undefined;
  const vectors = file.has('vectors') ? file.float32('vectors') : new Float32Array();
  const width = file.has('vectors') ? (file.get('vectors').dims[1] ?? 0) : 0;
  let used = 0;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const place = row * columns + column;
      const id = tokens.data[place] ?? 0;
      if (id >= 0) return { id, weight: weights?.[place] ?? 1, wordId: 0 };
      const vector = vectors.slice(width * used, width * ++used);
      return { vector, weight: Number(params['weight'] ?? 1), wordId: 0 };
    }),
  );
}
