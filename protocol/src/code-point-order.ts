// The order of Python's `sorted` on texts: by code point. JavaScript's default order compares UTF-16 units and differs
// for characters beyond the basic plane (an emoji before U+FF01), which would show in file lists and queue order.

/** Comparator for `Array.prototype.sort`. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates rank above every other unit: they spell the code points beyond the basic plane. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
