// `POST /api/assets` (spec http.md section 12).
import { readAssetForm } from '../assets/asset-form.ts';
import { assetRoute } from '../assets/asset-request.ts';
import { addUploadedAsset } from '../assets/asset-upload.ts';
import type { Route } from '../http/route-table.ts';
import type { ServerContext } from '../server-context.ts';
import { assetDocs } from './asset-docs.ts';
import { assetReply } from './asset-routes.ts';

/** To be registered where forms are read. */
export function assetUploadRoutes(context: ServerContext): readonly Route[] {
  return [
    assetRoute(context, {
      method: 'POST',
      path: '/assets',
      doc: assetDocs.upload,
      handler: async (request, reply, about) => {
        const form = await readAssetForm(request, about.assets);
        const { asset, isNew } = await addUploadedAsset(form, about);
        return assetReply(reply, asset, isNew ? 201 : 200, { created_new: isNew });
      },
    }),
  ];
}
