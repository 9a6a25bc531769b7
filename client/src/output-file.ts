// Files among the UI outputs of a run (files.md section 4).
import { type FileReference, isFilePlace, isJsonObject, type JsonObject, type JsonValue } from '@snug/protocol';

/** A file that a node reported. */
export interface OutputFile extends FileReference {
  readonly nodeId: string;
  /** Key of the list that it stood in: `images`, `gifs`, `videos`, `audio`, `3d`, ... */
  readonly kind: string;
}

/** Every file item of every list, by node. */
export function outputFiles(outputs: Readonly<Record<string, JsonObject>>): OutputFile[] {
  return Object.entries(outputs).flatMap(([nodeId, output]) =>
    Object.entries(output).flatMap(([kind, items]) =>
      (Array.isArray(items) ? items : []).flatMap(item => {
        const file = parseFileItem(item);
        return file === undefined ? [] : [{ ...file, nodeId, kind }];
      }),
    ),
  );
}

/** Undefined when the value names no file. A missing type means `output`, a missing subfolder the top. */
function parseFileItem(value: JsonValue): FileReference | undefined {
  if (!isJsonObject(value)) {
    return undefined;
  }
  const { filename, subfolder = '', type = 'output' } = value;
  if (typeof filename !== 'string' || filename === '' || typeof subfolder !== 'string' || !isFilePlace(type)) {
    return undefined;
  }
  return { filename, subfolder, type };
}
