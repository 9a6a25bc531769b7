// How files of the three HTTP-reachable places are named (spec files.md section 4): as a file item in UI outputs, and as
// an annotated name `[<subfolder>/]<name>[ [input|output|temp]]` in widget values and `/view` parameters.
// Whether a name stays inside its place is decided where files are opened (`store`), not here.

export const FILE_PLACES = ['input', 'output', 'temp'] as const;

export type FilePlace = (typeof FILE_PLACES)[number];

/** A file item as it appears in UI outputs; `subfolder` is empty or a relative folder with `/` separators. */
export interface FileReference {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: FilePlace;
}

/** True for `input`, `output` and `temp`. */
export function isFilePlace(value: unknown): value is FilePlace {
  return FILE_PLACES.some(place => place === value);
}

/** Splits a path with `/` or `\` separators into folder and last part; the folder of `/a` is `/`, which no place contains. */
function splitPath(path: string): { filename: string; subfolder: string } {
  const normalised = path.replaceAll('\\', '/');
  const slash = normalised.lastIndexOf('/');
  return {
    filename: normalised.slice(slash + 1),
    subfolder: slash === 0 ? '/' : normalised.slice(0, Math.max(slash, 0)),
  };
}

/**
 * Reads an annotated name; without a suffix the file lies in `defaultPlace`.
 * The suffix counts only at the very end, and the one character before its bracket goes with it whatever it is.
 */
export function parseAnnotatedName(name: string, defaultPlace: FilePlace): FileReference {
  const place = FILE_PLACES.find(candidate => name.endsWith(`[${candidate}]`));
  if (place === undefined) return { ...splitPath(name), type: defaultPlace };
  const stripped = name.slice(0, Math.max(name.length - place.length - 3, 0));
  return { ...splitPath(stripped), type: place };
}

/** `sub/name.png [output]`; the suffix is left out for `input`, the default of every loader. */
export function formatAnnotatedName(reference: FileReference): string {
  const path = reference.subfolder === '' ? reference.filename : `${reference.subfolder}/${reference.filename}`;
  return reference.type === 'input' ? path : `${path} [${reference.type}]`;
}
