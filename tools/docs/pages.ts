// The list of generated pages.
import { compatibilityPage } from '../conformance/compatibility-page.ts';
import { apiPage } from './api-page.ts';
import { errorPage } from './error-page.ts';
import { flagPage } from './flag-page.ts';
import { nodePage } from './node-page.ts';

/** @returns Path within the repository and text of each generated page. */
export async function generatedPages(root: string): Promise<readonly (readonly [string, string])[]> {
  return [
    ['docs/api.md', await apiPage()],
    ['docs/compatibility.md', compatibilityPage()],
    ['docs/errors.md', await errorPage(root)],
    ['docs/flags.md', flagPage()],
    ['docs/nodes.md', await nodePage()],
  ];
}
