// A file as clients name it in a query or a form: name, place, folder (spec http.md 6.2 and 6.3, files.md 4). The failures
// come in the order in which the reference looks for them.
import { FILE_PLACES, type FileReference, isFilePlace, parseAnnotatedName } from '@snug/protocol';
import { pathInsidePlace } from '../http/place-path.ts';

export interface NamedFile {
  /** May carry a suffix such as ` [input]`, which overrides `type`. */
  readonly filename: string;
  /** Default `output`. */
  readonly type: string | undefined;
  readonly subfolder: string | undefined;
}

/** The file, or the status of an empty answer. Folders in front of the name are dropped, not followed. */
export function readNamedFile({
  filename,
  type = 'output',
  subfolder = '',
}: NamedFile): FileReference | 400 | 403 | 404 {
  if (filename === '' || filename.startsWith('/') || filename.includes('..') || filename.includes('\0')) return 400;
  const isAnnotated = FILE_PLACES.some(place => filename.endsWith(`[${place}]`));
  const named = parseAnnotatedName(filename, isFilePlace(type) ? type : 'output');
  if (named.filename === '' && named.subfolder === '') return 400;
  if (!isFilePlace(type) && !isAnnotated) return 400;
  const folder = pathInsidePlace(subfolder);
  if (folder === undefined) return 403;
  return named.filename === '' ? 404 : { ...named, subfolder: folder };
}
