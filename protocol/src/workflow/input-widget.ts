// Which inputs an editor shows as widgets, which further entries they leave in a node's list of widget values, and what
// they hold when nothing was stored (spec files.md 8.2, http.md 8.2).
import { isJsonObject, type JsonValue, numericValue } from '../lossless-json/json-value.ts';
import type { NodeInput } from './node-class.ts';
import { member } from './workflow-document.ts';

/** Types with a widget; every other type is a socket. */
const WIDGET_TYPES: ReadonlySet<string> = new Set([
  'INT',
  'FLOAT',
  'STRING',
  'BOOLEAN',
  'COMBO',
  'COLOR',
  'CURVE',
  'RANGE',
  'BOUNDING_BOX',
  'IMAGECOMPARE',
  'WEBCAM',
  'AUDIO_RECORD',
  'LOAD_3D',
  'LOAD_3D_ANIMATION',
]);

/** Values of the widget that says what happens to a seed after submitting. */
const CONTROL_MODES: ReadonlySet<unknown> = new Set(['fixed', 'increment', 'decrement', 'randomize', 'increment-wrap']);

/** What the widget is, whatever its socket: `widgetType` names it where the two differ. */
export function widgetTypeOf({ type, options }: NodeInput): string {
  const named = member(options, 'widgetType');
  return typeof named === 'string' ? named : type;
}

/** @param widgetSlots names of the inputs that the saved node marks as widgets; they tell of types that packs define. */
export function hasWidget(input: NodeInput, widgetSlots: ReadonlySet<string>): boolean {
  return !isForced(input) && (isWidgetType(widgetTypeOf(input)) || widgetSlots.has(input.name));
}

/** A widget type that is declared as a socket; editors before 1.16 stored values for them all the same. */
export function isForcedWidget(input: NodeInput): boolean {
  return isForced(input) && isWidgetType(widgetTypeOf(input));
}

export function isWidgetType(type: string): boolean {
  return WIDGET_TYPES.has(type);
}

function isForced({ options }: NodeInput): boolean {
  return member(options, 'forceInput') === true;
}

export function isControlMode(value: JsonValue | undefined): boolean {
  return CONTROL_MODES.has(value);
}

/** Entries after the input's own that drive its value in the editor and are no part of a prompt. */
export function companionCount(input: NodeInput): number {
  const control = member(input.options, 'control_after_generate');
  const isControlled = control !== undefined && control !== false && control !== null;
  const type = widgetTypeOf(input);
  if (type === 'COMBO') return isControlled ? 2 : 0;
  if (type !== 'INT') return 0;
  const isSeed = control === undefined && (input.name === 'seed' || input.name === 'noise_seed');
  return isControlled || isSeed ? 1 : 0;
}

/** Buttons and players that an upload input adds after the required inputs. */
export function uploadEntryCount({ options }: NodeInput): number {
  if (member(options, 'audio_upload') === true) return 2;
  const pictures = ['image_upload', 'video_upload', 'animated_image_upload'];
  return pictures.some(option => member(options, option) === true) ? 1 : 0;
}

/** Value of a widget that was never touched; undefined where only the editor could know. */
export function defaultValue(input: NodeInput): JsonValue | undefined {
  const declared = member(input.options, 'default');
  if (declared !== undefined && declared !== null) return declared;
  switch (widgetTypeOf(input)) {
    case 'COMBO':
      return member(input.options, 'multiselect') === true ? [] : input.choices?.[0];
    case 'STRING':
      return '';
    case 'BOOLEAN':
      return false;
    case 'INT':
    case 'FLOAT':
      return member(input.options, 'min') ?? 0;
    default:
      return undefined;
  }
}

/** Says what a value should have been when it clearly belongs to another widget; undefined when it may fit. */
export function misfit(input: NodeInput, value: JsonValue): string | undefined {
  const type = widgetTypeOf(input);
  if (type === 'INT' || type === 'FLOAT') return isNumeric(value) ? undefined : 'a number';
  if (type === 'STRING') return isJsonObject(value) || Array.isArray(value) ? 'a text' : undefined;
  if (type === 'BOOLEAN') return typeof value === 'boolean' || isNumeric(value) ? undefined : 'true or false';
  return undefined;
}

function isNumeric(value: JsonValue): boolean {
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value));
  return typeof value === 'boolean' || numericValue(value) !== undefined;
}
