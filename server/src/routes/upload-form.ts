// The form of an upload: text fields and files, held in memory (they are bounded by the body limit). A request that is no
// multipart form is an empty form (spec http.md 1.2).
import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { reasonOf, ServerError } from '../errors.ts';

export interface UploadedFile {
  /** As sent, with any folders in front. */
  readonly filename: string;
  readonly bytes: Uint8Array;
}

export interface UploadForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/** Reads the whole form; the first of several parts of a name counts. Throws `FORM_DAMAGED` or `BODY_TOO_LARGE`. */
export async function readUploadForm(request: FastifyRequest, limitBytes: number): Promise<UploadForm> {
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  if (!request.isMultipart()) return { fields, files };
  let receivedBytes = 0;
  try {
    for await (const part of request.parts()) {
      receivedBytes += await readPart(part, fields, files);
      if (receivedBytes > limitBytes) {
        throw new ServerError('BODY_TOO_LARGE', { limit: limitBytes, actual: `more than ${limitBytes}` });
      }
    }
  } catch (error) {
    throw isTooLarge(error) ? error : damaged(request, error);
  }
  return { fields, files };
}

/** Answers the size of the part. */
async function readPart(
  part: MultipartFile | MultipartValue,
  fields: Map<string, string>,
  files: Map<string, UploadedFile>,
): Promise<number> {
  if (part.type === 'file') {
    const bytes = await part.toBuffer();
    // Some parsers call a part without a name a file; then it has no file name.
    const filename: string | undefined = part.filename;
    if (!files.has(part.fieldname)) files.set(part.fieldname, { filename: filename ?? '', bytes });
    return bytes.length;
  }
  // A part labelled as JSON arrives parsed.
  const text = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
  if (!fields.has(part.fieldname)) fields.set(part.fieldname, text);
  return text.length;
}

function isTooLarge(error: unknown): boolean {
  if (error instanceof ServerError) return error.code === 'BODY_TOO_LARGE';
  return (error as { statusCode?: unknown } | null)?.statusCode === 413;
}

function damaged(request: FastifyRequest, error: unknown): ServerError {
  const route = `${request.method} ${request.url}`;
  return new ServerError('FORM_DAMAGED', { route, reason: reasonOf(error) }, { cause: error });
}
