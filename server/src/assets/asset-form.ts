// The form of `POST /api/assets`: text fields in any order around a file of any size, which goes to the disk as it comes and is
// not limited by the body limit (spec http.md 1.3).
import type { AssetStore, ReceivedContent } from '@snug/store';
import type { FastifyRequest } from 'fastify';
import { reasonOf, ServerError } from '../errors.ts';
import { refuse } from './asset-errors.ts';

export interface AssetForm {
  /** Every value of each field. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly file: { readonly filename: string; readonly content: ReceivedContent } | undefined;
}

const LIMITS = { fileSize: Number.POSITIVE_INFINITY, fieldSize: 2 ** 20, files: 4, fields: 256, parts: 260 };

/** Reads the whole form. The caller discards the content if it does not add it. */
export async function readAssetForm(request: FastifyRequest, assets: AssetStore): Promise<AssetForm> {
  if (!request.isMultipart()) refuse('UNSUPPORTED_MEDIA_TYPE', 'Send the asset as multipart/form-data.');
  const fields = new Map<string, string[]>();
  let file: AssetForm['file'];
  try {
    for await (const part of request.parts({ limits: LIMITS })) {
      if (part.type === 'field') {
        const text = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
        fields.set(part.fieldname, [...(fields.get(part.fieldname) ?? []), text]);
      } else if (part.fieldname === 'file' && file === undefined) {
        file = { filename: (part.filename as string | undefined) ?? '', content: await assets.receive(part.file) };
      } else part.file.resume();
    }
  } catch (error) {
    if (file !== undefined) await assets.discard(file.content);
    throw isOurs(error) ? error : damaged(request, error);
  }
  return { fields, file };
}

function isOurs(error: unknown): boolean {
  return error instanceof Error && (error.name === 'StoreError' || error instanceof ServerError);
}

function damaged(request: FastifyRequest, error: unknown): ServerError {
  const route = `${request.method} ${request.url}`;
  return new ServerError('FORM_DAMAGED', { route, reason: reasonOf(error) }, { cause: error });
}
