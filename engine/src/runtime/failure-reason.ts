// What onnxruntime says when it fails, without the source location that its own checks put in front.

/** Text for the `reason` of an error. */
export function failureReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message
    .replace(/\/onnxruntime_src\/\S+ [\s\S]*? was false\.\s*/, '')
    .trim()
    .replace(/\.$/, '');
}
