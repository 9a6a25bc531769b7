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
  IMAGE_SCALED_AWAY:
    'A picture of {from} pixels cannot be scaled to {to}: nothing would be left of it. Choose a larger size or factor.',
  VIEW_PART_MISSING:
    'The editor has not uploaded the picture "{part}" of the 3D view. Open the workflow in an editor that shows the model and run it from there.',
  IMAGE_FILE_MISSING: 'There is no image file "{name}". Upload it, or choose another one.',
  IMAGE_FILE_TOO_LARGE:
    'The image file "{name}" has {sizeBytes} bytes, more than the limit of {limit}. Is it a picture at all?',
  IMAGE_SET_SIZES_DIFFER:
    '"{name}" has {size} pixels, but "{first}" has {firstSize}: without resizing, all pictures of a set must have one size. Choose another resize_method.',
  IMAGE_SET_TOO_LARGE:
    'The {count} pictures of "{folder}" would have {pixels} pixels together ({size} each), more than the limit of {limit}. Make them smaller, or split the folder.',
  FOLDER_WITHOUT_PICTURES: 'There are no pictures in the folder "{folder}" of the input folder. Choose another one.',
  CAPTION_TOO_LONG: 'The caption "{name}" has more than {limit} bytes. Is it a text at all?',
  MEDIA_FILE_MISSING: 'There is no {kind} file "{name}". Upload it, or choose another one.',
  LATENT_FILE_MISSING: 'There is no latent file "{name}". Upload it, or choose another one.',
  LATENT_FILE_INVALID: 'Cannot read latent file "{name}": {reason}. Files that SaveLatent wrote are read.',
  VOXELS_UNFIT:
    'Voxels must be a batch of grids, [batch, x, y, z], but these are [{actual}]. Check the node that made them.',
  SVG_INVALID: 'A drawing that begins with "{start}" has no <svg> tag, so it cannot be saved as SVG.',
  LATENT_TOO_LARGE: 'A latent of [{dims}] does not fit into memory. Choose a smaller size, length or batch.',
  LATENT_SHAPE_UNFIT: '{node} needs a latent {needed}, but this one is [{actual}]. Connect a latent of that kind.',
  LATENT_BATCH_EMPTY: '{node} was given a latent without items. Check the node that made it.',
  VIDEO_TRIMMED_AWAY:
    'Cutting {amount} latent frames off leaves nothing of a video of {frames}. Choose a smaller trim_amount.',
  VIDEO_VAE_NEEDED:
    '{node} needs the VAE of a video model ({models}), but the one given encodes single pictures. Connect the VAE of that model.',
  VAE_UNFIT:
    '{node} works with latents of {models} ({channels} channels, {downscale} pixels per cell), but the VAE makes {actualChannels} channels with {actualDownscale} pixels per cell. Connect the VAE of that model.',
  FRAMES_UNFIT:
    '{name} must be {expected}, but it is [{actual}]. Connect pictures as [frames, height, width, channels].',
  GUIDE_OUTSIDE:
    'The guide takes latent frames {first} to {last}, but the video has {frames}. Choose another frame_idx, or fewer pictures.',
  GUIDES_UNFIT:
    'The conditioning speaks of guides of {guides} latent frames, which do not fit the latent of {frames}. Connect the conditioning and the latent of the same LTXVAddGuide.',
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
