/** The nearest whole number, halves to the even neighbour: how Python rounds, and so how the reference comes to its sizes. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
