// Text of a double as Python's `repr` writes it (spec execution.md section 0): the shortest digits that read back as the
// same value, always with a point or an exponent, exponent form below 1e-4 and from 1e16 on, two-digit exponents.

/** `5` -> `5.0`, `1e22` -> `1e+22`, `0.00001` -> `1e-05`, `NaN` -> `nan`, `Infinity` -> `inf`. */
export function pythonFloatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) {
    // JavaScript is in fixed notation here, with the same shortest digits.
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}
