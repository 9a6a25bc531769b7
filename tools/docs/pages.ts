// The list of generated pages.
import { errorPage } from './error-page.ts';
import { nodePage } from './node-page.ts';

/** @returns Path within the repository and text of each generated page. */
export async function generatedPages(root: string): Promise<readonly (readonly [string, string])[]> {
  return [
    ['docs/errors.md', await errorPage(root)],
    ['docs/nodes.md', nodePage()],
  ];
}
