// Tells the three documents apart that people call a workflow (spec files.md 7). Cheap: it looks at one member.
import { isJsonObject, type JsonObject, type JsonValue } from '../lossless-json/json-value.ts';
import { member } from './workflow-document.ts';

/** True for a document as the editor saves it: an object with a list `nodes`. No prompt looks like that: its values are objects. */
export function isEditorWorkflow(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && Array.isArray(member(value, 'nodes'));
}
