// Questions to parts that may hang: an answer that does not come in time is a failure of its own.

/** Settles like `work`, or rejects after `limitMs`; the work itself goes on. */
export async function withinTime<Answer>(work: Promise<Answer>, limitMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
