// `POST /upload/image` and `POST /upload/mask` (spec http.md 6.1, 6.2), for every kind of media.
import { type FileReference, isJsonObject, type JsonObject, type JsonValue, parseLossless } from '@snug/protocol';
import type { BlobStore } from '@snug/store';
import { uploadedAssetJson } from '../assets/asset-json.ts';
import { reasonOf, ServerError } from '../errors.ts';
import { emptyReply, jsonReply } from '../http/replies.ts';
import type { RouteDoc } from '../http/route-doc.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { uploadImageDoc, uploadMaskDoc } from './file-docs.ts';
import { readNamedFile } from './named-file.ts';
import { readUploadForm, type UploadForm } from './upload-form.ts';
import { readUploadRequest, resolveUploadName, type UploadRequest } from './upload-target.ts';

/** The bytes to store, or the status of an empty answer. */
type ContentSource = (form: UploadForm, upload: UploadRequest) => Promise<Uint8Array | 400 | 403 | 404>;

export function uploadRoutes(context: ServerContext): readonly Route[] {
  const route = (path: string, doc: RouteDoc, contentOf: ContentSource): Route => ({
    method: 'POST',
    path,
    doc,
    handler: async (request, reply) => {
      const form = await readUploadForm(request, context.maxUploadBytes);
      const upload = readUploadRequest(form);
      if (upload === undefined) return emptyReply(reply, 400);
      const stored = await storeUpload(context.blobs, upload, () => contentOf(form, upload));
      if (typeof stored === 'number') return emptyReply(reply, stored);
      const name = upload.namePrefix + stored.filename;
      const asset = await uploadedAsset(context, stored);
      return jsonReply(reply, { name, subfolder: upload.subfolderAsSent, type: stored.type, ...asset });
    },
  });
  return [
    route('/upload/image', uploadImageDoc, async (_form, upload) => upload.bytes),
    route('/upload/mask', uploadMaskDoc, (form, upload) => maskedOriginal(form, upload, context)),
  ];
}

/** What the answer says of the asset that the file became; nothing when assets are off. */
async function uploadedAsset({ assets, blobs }: ServerContext, stored: FileReference): Promise<{ asset?: JsonObject }> {
  const path = assets === null ? undefined : await blobs.localPath(stored);
  const asset = path === undefined ? undefined : await assets?.register(path, { ownerId: '', tags: [] });
  return asset === undefined ? {} : { asset: uploadedAssetJson(asset) };
}

/** Stores the content under the first name that is free; when another writer takes it meanwhile, under the next. */
async function storeUpload(
  blobs: BlobStore,
  upload: UploadRequest,
  contentOf: () => Promise<Uint8Array | 400 | 403 | 404>,
): Promise<FileReference | 400 | 403 | 404> {
  let takenName: string | undefined;
  for (;;) {
    const { reference, isDuplicate } = await resolveUploadName(blobs, upload);
    if (isDuplicate) return reference;
    if (reference.filename === takenName) throw unusableName(reference, 'a folder has this name');
    const content = await contentOf();
    if (typeof content === 'number') return content;
    if (await write(blobs, reference, content, upload.isOverwriting ? 'replace' : 'fail')) return reference;
    takenName = reference.filename;
  }
}

/** Errors of the store and its file system that are the name's fault, such as a file where a folder is needed. */
const nameFaults: ReadonlySet<unknown> = new Set([
  'BLOB_NAME_INVALID',
  'EEXIST',
  'EINVAL',
  'EISDIR',
  'ENAMETOOLONG',
  'ENOTDIR',
]);

/** Answers false when the name was taken and must not be replaced. */
async function write(
  blobs: BlobStore,
  reference: FileReference,
  bytes: Uint8Array,
  ifExists: 'replace' | 'fail',
): Promise<boolean> {
  try {
    await blobs.write(reference, bytes, { ifExists });
    return true;
  } catch (error) {
    const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
    if (code === 'BLOB_EXISTS') return false;
    if (!nameFaults.has(code) && !nameFaults.has(cause?.code)) throw error;
    throw unusableName(reference, reasonOf(error), error);
  }
}

function unusableName({ filename }: FileReference, reason: string, cause?: unknown): ServerError {
  return new ServerError('NAME_NOT_USABLE', { name: filename, reason }, { cause });
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
