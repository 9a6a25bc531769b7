// A path of the route table as the OpenAPI document writes it: `/models/:folder` is `/models/{folder}`. A wildcard at the
// end, which takes slashes as well, becomes a parameter named `path`.

export interface PathTemplate {
  readonly path: string;
  /** Names of the parameters in order: as the document has them, and as the route's own doc may have them. */
  readonly parameters: readonly { readonly name: string; readonly docName: string }[];
}

/** Name of the parameter that stands for `*`. */
export const WILDCARD_NAME = 'path';

export function pathTemplateOf(pattern: string): PathTemplate {
  const parameters: { name: string; docName: string }[] = [];
  const segments = pattern.split('/').map(segment => {
    if (segment !== '*' && !segment.startsWith(':')) return segment;
    const docName = segment === '*' ? '*' : segment.slice(1);
    const name = segment === '*' ? WILDCARD_NAME : docName;
    parameters.push({ name, docName });
    return `{${name}}`;
  });
  return { path: segments.join('/'), parameters };
}
