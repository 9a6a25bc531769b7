// A palette by median cut (P. Heckbert, 1982), the same colours as Pillow chooses (python-pillow, Quant.c and QuantHeap.c, HPND
// licence, read for facts): the box with the most pixels is cut along its weightedly longest side where half of its pixels lie
// on either side, and gives the mean of its pixels. Which of two equally full boxes is cut first follows from the heap.

/** Distinct colours that are told apart; with more of them, bits are dropped until they are fewer. */
const maxColors = 65_536;

/** Distinct colours, each with what its pixels add up to. */
interface ColorTable {
  /** red, green and blue, less the dropped bits */
  readonly levels: readonly [Uint8Array, Uint8Array, Uint8Array];
  readonly counts: Uint32Array;
  readonly sums: readonly [Float64Array, Float64Array, Float64Array];
}

interface Box {
  /** Positions in the table. */
  colors: Uint32Array;
  pixels: number;
  parts: readonly [Box, Box] | undefined;
}

/** RGB bytes of at most `colors` colours, for a picture of RGB bytes. */
export function medianCutPalette(picture: Uint8Array, colors: number): Uint8Array {
  const table = countColors(picture);
  const root: Box = {
    colors: Uint32Array.from({ length: table.counts.length }, (_, i) => i),
    pixels: picture.length / 3,
    parts: undefined,
  };
  const heap = new BoxHeap();
  heap.add(root);
  for (let boxes = 1; boxes < colors; boxes++) {
    let box = heap.remove();
    while (box !== undefined && isSingleColor(box, table)) box = heap.remove();
    if (box === undefined) break;
    box.parts = cut(box, table);
    for (const part of box.parts) heap.add(part);
  }
  return Uint8Array.from(leavesOf(root).flatMap(box => meanColor(box, table)));
}

function countColors(picture: Uint8Array): ColorTable {
  const pixels = new Uint32Array(picture.length / 3);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = (picture[i * 3]! << 16) | (picture[i * 3 + 1]! << 8) | picture[i * 3 + 2]!;
  }
  pixels.sort();
  const [colors, counts] = runLengths(pixels);
  const scale = scaleFor(colors);
  const places = new Map<number, number>();
  for (const color of colors) {
    const key = scaled(color, scale);
    if (!places.has(key)) places.set(key, places.size);
  }
  const table: ColorTable = {
    levels: [new Uint8Array(places.size), new Uint8Array(places.size), new Uint8Array(places.size)],
    counts: new Uint32Array(places.size),
    sums: [new Float64Array(places.size), new Float64Array(places.size), new Float64Array(places.size)],
  };
  for (let i = 0; i < colors.length; i++) {
    const place = places.get(scaled(colors[i]!, scale))!;
    table.counts[place]! += counts[i]!;
    for (let axis = 0; axis < 3; axis++) {
      const level = (colors[i]! >> (16 - 8 * axis)) & 0xff;
      table.levels[axis]![place] = level >> scale;
      table.sums[axis]![place]! += level * counts[i]!;
    }
  }
  return table;
}

function runLengths(sorted: Uint32Array): [values: Uint32Array, counts: Uint32Array] {
  const values: number[] = [];
  const counts: number[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    values.push(sorted[start]!);
    counts.push(end - start);
  }
  return [Uint32Array.from(values), Uint32Array.from(counts)];
}

/** Bits to drop from each channel. */
function scaleFor(colors: Uint32Array): number {
  let scale = 0;
  let distinct = colors.length;
  while (distinct > maxColors) {
    scale++;
    const by = scale;
    distinct = new Set(colors.map(color => scaled(color, by))).size;
  }
  return scale;
}

function scaled(color: number, scale: number): number {
  const mask = (0xff >> scale) * 0x010101;
  return (color >> scale) & mask;
}

/** What a step along red, green and blue counts. */
const axisWeights = [77, 150, 29] as const;

function extent({ colors }: Box, levels: Uint8Array): [low: number, high: number] {
  let [low, high] = [255, 0];
  for (const color of colors) {
    const level = levels[color]!;
    if (level < low) low = level;
    if (level > high) high = level;
  }
  return [low, high];
}

function isSingleColor(box: Box, { levels }: ColorTable): boolean {
  return levels.every(axis => {
    const [low, high] = extent(box, axis);
    return low === high;
  });
}

function cut(box: Box, { levels, counts }: ColorTable): readonly [Box, Box] {
  let axis = 0;
  let best = -1;
  for (let i = 0; i < 3; i++) {
    const [low, high] = extent(box, levels[i]!);
    const length = (high - low) * axisWeights[i]!;
    if (length > best) [best, axis] = [length, i];
  }
  const along = levels[axis]!;
  const pixelsAt = new Float64Array(256);
  for (const color of box.colors) pixelsAt[along[color]!]! += counts[color]!;
  // The brighter part is full when it has more than half; if nothing is left then, it gives its darkest level away.
  const [low, high] = extent(box, along);
  let limit = high;
  for (let sum = pixelsAt[limit]!; sum * 2 <= box.pixels && limit > low; sum += pixelsAt[limit]!) limit--;
  if (limit === low) {
    do limit++;
    while (pixelsAt[limit] === 0);
  }
  const part = (isBright: boolean): Box => {
    const colors = box.colors.filter(color => along[color]! >= limit === isBright);
    return { colors, pixels: colors.reduce((sum, color) => sum + counts[color]!, 0), parts: undefined };
  };
  return [part(true), part(false)];
}

function leavesOf(box: Box): Box[] {
  return box.parts === undefined ? [box] : box.parts.flatMap(leavesOf);
}

function meanColor({ colors }: Box, { counts, sums }: ColorTable): number[] {
  let count = 0;
  for (const color of colors) count += counts[color]!;
  return sums.map(axis => {
    let sum = 0;
    for (const color of colors) sum += axis[color]!;
    return Math.trunc(0.5 + sum / count);
  });
}

/** A binary heap with the fullest box on top; positions count from 1. */
class BoxHeap {
  readonly #boxes: (Box | undefined)[] = [undefined];

  add(box: Box): void {
    this.#boxes.push(box);
    let place = this.#boxes.length - 1;
    while (place > 1 && box.pixels > this.#boxes[place >> 1]!.pixels) {
      this.#boxes[place] = this.#boxes[place >> 1];
      place >>= 1;
    }
    this.#boxes[place] = box;
  }

  remove(): Box | undefined {
    if (this.#boxes.length === 1) return undefined;
    const top = this.#boxes[1];
    const moved = this.#boxes.pop()!;
    const last = this.#boxes.length - 1;
    if (last === 0) return top;
    let place = 1;
    while (place * 2 <= last) {
      let child = place * 2;
      if (child < last && this.#boxes[child]!.pixels < this.#boxes[child + 1]!.pixels) child++;
      if (moved.pixels > this.#boxes[child]!.pixels) break;
      this.#boxes[place] = this.#boxes[child];
      place = child;
    }
    this.#boxes[place] = moved;
    return top;
  }
}
