// Guidance that trusts the direction of the positive estimate where the negative one disagrees: the guided estimate is mixed with
// cfg times the positive one by how much the negative resembles the middle of the two. No paper; found by fitting the golden
// cases `guidance_Mahiro_*`, where nothing else of its kind comes within a hundred times the error.
import type { GuidancePatch } from '../../models/guidance-patch.ts';
import { elementCount, type Tensor } from '../../tensor/tensor.ts';

export function directionGuidance(): GuidancePatch {
  return {
    name: 'Mahiro',
    start: () => ({
      after(guided, { positive, negative }, { x, cfg }) {
        if (negative === undefined) return guided;
        const far = positive.map(value => value * cfg);
        const middle = far.map((value, i) => (value + guided[i]!) / 2);
        const share = (1 + meanSimilarity(x, negative.map(signedRoot), middle.map(signedRoot))) / 2;
        return guided.map((value, i) => share * value + (1 - share) * far[i]!);
      },
    }),
  };
}

function signedRoot(value: number): number {
  return Math.sign(value) * Math.sqrt(Math.abs(value));
}

/** Mean over batch and cells of the cosine between vectors over the channels. */
function meanSimilarity({ dims }: Tensor, a: Float32Array, b: Float32Array): number {
  const channels = dims[1] ?? 1;
  const cells = elementCount(dims.slice(2));
  const items = a.length / (channels * cells);
  let sum = 0;
  for (let vector = 0; vector < items * cells; vector++) {
    const start = Math.floor(vector / cells) * channels * cells + (vector % cells);
    let [product, squareA, squareB] = [0, 0, 0];
    for (let i = start; i < start + channels * cells; i += cells) {
      product += a[i]! * b[i]!;
      squareA += a[i]! ** 2;
      squareB += b[i]! ** 2;
    }
    const lengths = Math.sqrt(squareA * squareB);
    sum += lengths === 0 ? 0 : product / lengths;
  }
  return sum / (items * cells);
}
