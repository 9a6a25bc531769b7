// `POST /upload/image` and `POST /upload/mask` (spec http.md 6.1, 6.2), for every kind of media.
import { type FileReference, isJsonObject, type JsonValue, parseLossless } from '@snug/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reasonOf, ServerError } from '../errors.ts';
import { emptyReply, jsonReply } from '../http/replies.ts';
import type { Route } from '../http/route-table.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { ServerContext } from '../server-context.ts';
import { readNamedFile } from './named-file.ts';
import { readUploadForm, type UploadForm } from './upload-form.ts';
import { readUploadRequest, resolveUploadName, type UploadRequest } from './upload-target.ts';

/** What is stored, once the name is known; undefined when it turned out that nothing can be. */
type ContentSource = (form: UploadForm, upload: UploadRequest) => Promise<Uint8Array | 400 | 403 | 404>;

export function uploadRoutes(context: ServerContext): readonly Route[] {
  // Finding a free name and writing under it must not interleave with another upload.
  const writes = new SerialQueue();
  const route = (path: string, contentOf: ContentSource): Route => ({
    method: 'POST',
    path,
    handler: (request, reply) => receiveUpload(request, reply, { context, writes, contentOf }),
  });
  return [
    route('/upload/image', async (_form, upload) => upload.bytes),
    route('/upload/mask', (form, upload) => maskedOriginal(form, upload, context)),
  ];
}

interface UploadHandling {
  readonly context: ServerContext;
  readonly writes: SerialQueue;
  readonly contentOf: ContentSource;
}

async function receiveUpload(
  request: FastifyRequest,
  reply: FastifyReply,
  { context, writes, contentOf }: UploadHandling,
): Promise<FastifyReply> {
  const form = await readUploadForm(request, context.maxUploadBytes);
  const upload = readUploadRequest(form);
  if (upload === undefined) return emptyReply(reply, 400);
  return writes.run(async () => {
    const { reference, isDuplicate } = await resolveUploadName(context.blobs, upload);
    if (!isDuplicate) {
      const content = await contentOf(form, upload);
      if (typeof content === 'number') return emptyReply(reply, content);
      await store(context, reference, content);
    }
    const name = upload.namePrefix + reference.filename;
    return jsonReply(reply, { name, subfolder: upload.subfolderAsSent, type: reference.type });
  });
}

/** Errors of the file system that are the name's fault: a folder of that name exists, or a file where a folder is needed. */
const nameFaults: ReadonlySet<unknown> = new Set([
  'EEXIST',
  'EINVAL',
  'EISDIR',
  'ENAMETOOLONG',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
]);

async function store({ blobs }: ServerContext, reference: FileReference, bytes: Uint8Array): Promise<void> {
  try {
    await blobs.write(reference, bytes);
  } catch (error) {
    const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
    if (!nameFaults.has(code) && !nameFaults.has(cause?.code)) throw error;
    throw new ServerError('NAME_NOT_USABLE', { name: reference.filename, reason: reasonOf(error) }, { cause: error });
  }
}

/** The original picture with the alpha of the upload, or the status of an empty answer. */
async function maskedOriginal(
  form: UploadForm,
  upload: UploadRequest,
  { blobs, imageCodec }: ServerContext,
): Promise<Uint8Array | 400 | 403 | 404> {
  const original = readOriginalReference(form.fields.get('original_ref'));
  if (typeof original === 'number') return original;
  if ((await blobs.stat(original)) === undefined) return 404;
  try {
    return await imageCodec.replaceAlpha(await blobs.read(original), upload.bytes);
  } catch (error) {
    throw new ServerError('IMAGE_UNREADABLE', { name: original.filename, reason: reasonOf(error) }, { cause: error });
  }
}

/** Reads `original_ref`; missing or malformed JSON is 500 as in the reference, unsafe names are refused. */
function readOriginalReference(text: string | undefined): FileReference | 400 | 403 | 404 {
  const reference = parseReference(text);
  const filename = isJsonObject(reference) ? reference['filename'] : undefined;
  if (!isJsonObject(reference) || typeof filename !== 'string') {
    throw new ServerError('REQUEST_NOT_USABLE', {
      route: 'POST /upload/mask',
      part: 'original_ref',
      expected: 'JSON with a "filename"',
    });
  }
  return readNamedFile({ filename, type: textOf(reference['type']), subfolder: textOf(reference['subfolder']) });
}

/** Text of an optional member; null counts as absent, and what is no text names nothing that exists. */
function textOf(value: JsonValue | undefined): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function parseReference(text: string | undefined): JsonValue {
  try {
    return parseLossless(text ?? '');
  } catch {
    return null; // The caller refuses anything that is no object.
  }
}
