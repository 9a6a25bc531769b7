// Element types of ONNX tensors that this engine uses: their number in `TensorProto.DataType` and their size.
// bfloat16 and float8 exist for weights only; everything is computed in float32.

/** Name to number in `TensorProto.DataType` and bytes per element. */
export const elementTypes = {
  float32: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  float16: { code: 10, bytes: 2 },
  float64: { code: 11, bytes: 8 },
  bfloat16: { code: 16, bytes: 2 },
  float8e4m3: { code: 17, bytes: 1 },
  float8e5m2: { code: 19, bytes: 1 },
} as const;

export type ElementType = keyof typeof elementTypes;
