// Errors that the built-in nodes throw themselves; most of what goes wrong is told by the engine or the file store. They end as
// the `exception_message` of a run, so they speak to the person who built the workflow.

/** Code to message template. Codes are stable: programs may test for them. */
export const nodeErrorMessages = {
  MODEL_FILE_MISSING:
    'There is no file "{name}" in the model folder "{key}" any more. Choose another one, or put it back.',
  TEXT_ENCODER_PART_MISSING:
    '{node} needs a text encoder of {family} with the parts {parts}, but the one given is that of Stable Diffusion 1.x, which has the part l alone. Use CLIPTextEncode with this checkpoint.',
  REGEX_INVALID:
    'The regular expression "{pattern}" or its replacement cannot be used: {reason}. Correct it; the dialect is that of Python.',
  REGEX_GROUP_UNUSED:
    'Group {group} took no part in match {match}, so it has no text. Choose another group_index, or make the group part of every match.',
  IMAGE_SIZES_DIFFER:
    'Pictures of different sizes ({first} and {other}: height, width, channels) cannot form one batch. Scale them to one size first.',
  IMAGE_FILE_MISSING: 'There is no image file "{name}". Upload it, or choose another one.',
  IMAGE_SET_SIZES_DIFFER:
    '"{name}" has {size} pixels, but "{first}" has {firstSize}: without resizing, all pictures of a set must have one size. Choose another resize_method.',
  IMAGE_SET_TOO_LARGE:
    'The {count} pictures of "{folder}" would have {pixels} pixels together ({size} each), more than the limit of {limit}. Make them smaller, or split the folder.',
  FOLDER_WITHOUT_PICTURES: 'There are no pictures in the folder "{folder}" of the input folder. Choose another one.',
  CAPTION_TOO_LONG: 'The caption "{name}" has more than {limit} bytes. Is it a text at all?',
  LATENT_FILE_MISSING: 'There is no latent file "{name}". Upload it, or choose another one.',
  LATENT_FILE_INVALID: 'Cannot read latent file "{name}": {reason}. Files that SaveLatent wrote are read.',
  SVG_INVALID: 'A drawing that begins with "{start}" has no <svg> tag, so it cannot be saved as SVG.',
} as const;

export type NodeErrorCode = keyof typeof nodeErrorMessages;

/** The only error that the nodes room throws on purpose. */
export class NodeError extends Error {
  readonly code: NodeErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: NodeErrorCode, details: Readonly<Record<string, string | number>>, options?: ErrorOptions) {
    super(
      nodeErrorMessages[code].replace(/\{(\w+)\}/g, (_, name: string) => String(details[name])),
      options,
    );
    this.name = 'NodeError';
    this.code = code;
    this.details = details;
  }
}
