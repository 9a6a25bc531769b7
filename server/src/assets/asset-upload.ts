// From the form of an upload to an asset: where it goes is said by its tags (spec http.md section 12).
import { posix } from 'node:path';
import type { Asset, AssetDestination, AssetDetails, AssetRoot } from '@snug/store';
import { pathInsidePlace, unusableNameReason } from '../http/place-path.ts';
import { refuse } from './asset-errors.ts';
import type { AssetForm } from './asset-form.ts';
import {
  parseField,
  readHash,
  readMediaType,
  readMetadata,
  readName,
  readTags,
  withoutSystemTags,
} from './asset-input.ts';
import type { AssetRequest } from './asset-request.ts';

const ROOTS: readonly AssetRoot[] = ['models', 'input', 'output'];
const MODEL_TYPE = 'model_type:';

/** Stores what was sent; the content of the form belongs to the store afterwards, or is discarded. */
export async function addUploadedAsset(
  form: AssetForm,
  about: AssetRequest,
): Promise<{ readonly asset: Asset; readonly isNew: boolean }> {
  const { assets } = about;
  const { file } = form;
  try {
    const tags = withoutSystemTags(readTags((form.fields.get('tags') ?? []).flatMap(tagsOf), 'INVALID_BODY'));
    const details = await readDetails(form, tags, about);
    const claimed = firstField(form, 'hash');
    const hash = claimed === undefined ? undefined : readHash(claimed);
    if (file === undefined) return await addKnownContent(hash, details, about);
    if (file.content.sizeBytes === 0) refuse('EMPTY_UPLOAD', 'The file is empty.');
    if (hash !== undefined && hash !== file.content.hash) {
      refuse('HASH_MISMATCH', 'The file has another hash than was said.', { actual: `blake3:${file.content.hash}` });
    }
    return await assets.add(file.content, destinationOf(tags, file.filename, details.name), details);
  } catch (error) {
    if (file !== undefined) await assets.discard(file.content);
    throw error;
  }
}

/** Without a file, a known hash is enough. */
async function addKnownContent(
  hash: string | undefined,
  details: AssetDetails,
  { assets }: AssetRequest,
): Promise<{ readonly asset: Asset; readonly isNew: boolean }> {
  const asset = hash === undefined ? undefined : await assets.addFromHash(hash, details);
  return asset === undefined ? refuse('MISSING_FILE', 'The form has no part "file".') : { asset, isNew: true };
}

async function readDetails(form: AssetForm, tags: readonly string[], about: AssetRequest): Promise<AssetDetails> {
  const name = firstField(form, 'name');
  const metadata = firstField(form, 'user_metadata');
  const mimeType = firstField(form, 'mime_type');
  const previewId = firstField(form, 'preview_id');
  return {
    ownerId: about.ownerId,
    tags,
    ...(name !== undefined && { name: readName(name) }),
    ...(metadata !== undefined && { userMetadataJson: readMetadata(parseField(metadata)) }),
    ...(mimeType !== undefined && { mimeType: readMediaType(mimeType) }),
    ...(previewId !== undefined && { previewId: await readPreviewId(previewId, about) }),
  };
}

/** Id of an asset that there is. */
export async function readPreviewId(text: string, { assets, viewerId }: AssetRequest): Promise<string> {
  const found = await assets.find(text.toLowerCase(), viewerId);
  return found?.id ?? refuse('INVALID_BODY', '"preview_id" names no asset.', { preview_id: text });
}

/** An empty field counts as absent: forms send those that nobody filled in. */
function firstField(form: AssetForm, name: string): string | undefined {
  const text = form.fields.get(name)?.[0];
  return text === '' ? undefined : text;
}

/** A field holds one tag, several with commas, or a JSON array. */
function tagsOf(field: string): readonly string[] {
  const parsed = field.trim().startsWith('[') ? parseField(field) : undefined;
  if (parsed === undefined) return field.split(',');
  if (!Array.isArray(parsed) || !parsed.every(tag => typeof tag === 'string')) {
    refuse('INVALID_BODY', '"tags" must be texts.');
  }
  return parsed;
}

function destinationOf(tags: readonly string[], filename: string, name: string | undefined): AssetDestination {
  const roots = ROOTS.filter(root => tags.includes(root));
  const [root] = roots;
  if (root === undefined || roots.length > 1) {
    refuse('INVALID_BODY', `The tags must hold exactly one of ${ROOTS.join(', ')}.`, { tags });
  }
  const path = storedName(filename) ?? storedName(name ?? '');
  if (path === undefined) refuse('INVALID_BODY', 'The file needs a name that can be stored.', { filename });
  if (root !== 'models') return { root, filename: path };
  const types = tags.filter(tag => tag.startsWith(MODEL_TYPE));
  if (types.length !== 1) refuse('INVALID_BODY', `A model needs exactly one tag ${MODEL_TYPE}FOLDER.`, { tags });
  return { root, folderKey: types[0]?.slice(MODEL_TYPE.length) ?? '', filename: path };
}

/** The last part of a file name, when a file can be called so. Hidden names would never be found again. */
function storedName(filename: string): string | undefined {
  const path = pathInsidePlace(posix.basename(filename.replaceAll('\\', '/')));
  if (path === undefined || path === '' || path.startsWith('.')) return undefined;
  return unusableNameReason(path) === undefined ? path : undefined;
}
