// A checkpoint in the key layout of Stable Diffusion 1.x with random weights: every block is there, only 32 channels wide, so
// that a whole picture takes a moment. It is made when a test needs it; nothing of it is stored in the repository.
import { writeFile } from 'node:fs/promises';

type Shapes = [name: string, shape: readonly number[]][];

const CHANNELS = 32;
const EMBEDDING = 4 * CHANNELS;
const CONTEXT = 16;
const LEVELS = 4;
const LATENT = 4;

export interface SmallCheckpointOptions {
  /** The same seed gives the same file. Default 1. */
  readonly seed?: number;
  /** The model answers NaN to everything, as one does that overflows. */
  readonly isBroken?: boolean;
}

/** Writes the checkpoint. */
export async function writeSmallCheckpoint(path: string, options: SmallCheckpointOptions = {}): Promise<void> {
  const shapes: Shapes = [
    ...prefixed('model.diffusion_model', unet()),
    ...prefixed('first_stage_model', vae()),
    ...prefixed('cond_stage_model.transformer.text_model', textModel()),
  ];
  const header: Record<string, object> = {};
  let offset = 0;
  for (const [name, shape] of shapes) {
    const end = offset + 4 * product(shape);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const random = uniform(options.seed ?? 1);
  const weights = Buffer.concat(
    shapes.map(([name, shape]) => {
      const isSpoilt = options.isBroken === true && name === 'model.diffusion_model.out.2.bias';
      return isSpoilt ? Buffer.alloc(4 * product(shape), 0xff) : values(name, shape, random);
    }),
  );
  await writeFile(path, Buffer.concat([length, text, weights]));
}

/** Norms start as the identity, biases at zero, everything else keeps the scale of what it is applied to. */
function values(name: string, shape: readonly number[], random: () => number): Buffer {
  const isNorm = shape.length === 1 && name.endsWith('.weight');
  const scale = Math.sqrt(3 / Math.max(1, product(shape.slice(1))));
  const isBias = name.endsWith('.bias');
  const data = Float32Array.from({ length: product(shape) }, () => (isNorm ? 1 : isBias ? 0 : scale * random()));
  return Buffer.from(data.buffer);
}

function unet(): Shapes {
  const attends = (level: number) => level < LEVELS - 1;
  const block = (level: number, channels: number): Shapes => [
    ...prefixed('0', residual(channels)),
    ...(attends(level) ? prefixed('1', transformer()) : []),
  ];
  const shapes: Shapes = [
    ...linear('time_embed.0', EMBEDDING, CHANNELS),
    ...linear('time_embed.2', EMBEDDING, EMBEDDING),
    ...convolution('input_blocks.0.0', CHANNELS, LATENT),
  ];
  for (let level = 0; level < LEVELS; level++) {
    for (const index of [1, 2]) {
      shapes.push(...prefixed(`input_blocks.${3 * level + index}`, block(level, CHANNELS)));
    }
    if (level < LEVELS - 1) {
      shapes.push(...convolution(`input_blocks.${3 * level + 3}.0.op`, CHANNELS, CHANNELS));
    }
  }
  shapes.push(
    ...prefixed('middle_block.0', residual(CHANNELS)),
    ...prefixed('middle_block.1', transformer()),
    ...prefixed('middle_block.2', residual(CHANNELS)),
  );
  for (let index = 0; index < 3 * LEVELS; index++) {
    const level = LEVELS - 1 - Math.floor(index / 3);
    const name = `output_blocks.${index}`;
    shapes.push(...prefixed(name, block(level, 2 * CHANNELS)));
    if (index % 3 === 2 && level > 0) {
      shapes.push(...convolution(`${name}.${attends(level) ? 2 : 1}.conv`, CHANNELS, CHANNELS));
    }
  }
  return [...shapes, ...norm('out.0', CHANNELS), ...convolution('out.2', LATENT, CHANNELS)];
}

function residual(inChannels: number): Shapes {
  return [
    ...norm('in_layers.0', inChannels),
    ...convolution('in_layers.2', CHANNELS, inChannels),
    ...linear('emb_layers.1', CHANNELS, EMBEDDING),
    ...norm('out_layers.0', CHANNELS),
    ...convolution('out_layers.3', CHANNELS, CHANNELS),
    ...(inChannels === CHANNELS ? [] : convolution('skip_connection', CHANNELS, inChannels, 1)),
  ];
}

function transformer(): Shapes {
  const attention = (name: string, contextWidth: number): Shapes => [
    [`${name}.to_q.weight`, [CHANNELS, CHANNELS]],
    [`${name}.to_k.weight`, [CHANNELS, contextWidth]],
    [`${name}.to_v.weight`, [CHANNELS, contextWidth]],
    ...linear(`${name}.to_out.0`, CHANNELS, CHANNELS),
  ];
  return [
    ...norm('norm', CHANNELS),
    ...convolution('proj_in', CHANNELS, CHANNELS, 1),
    ...prefixed('transformer_blocks.0', [
      ...attention('attn1', CHANNELS),
      ...attention('attn2', CONTEXT),
      ...linear('ff.net.0.proj', 8 * CHANNELS, CHANNELS),
      ...linear('ff.net.2', CHANNELS, 4 * CHANNELS),
      ...['norm1', 'norm2', 'norm3'].flatMap(name => norm(name, CHANNELS)),
    ]),
    ...convolution('proj_out', CHANNELS, CHANNELS, 1),
  ];
}

function vae(): Shapes {
  const residualBlock = (name: string): Shapes => [
    ...norm(`${name}.norm1`, CHANNELS),
    ...convolution(`${name}.conv1`, CHANNELS, CHANNELS),
    ...norm(`${name}.norm2`, CHANNELS),
    ...convolution(`${name}.conv2`, CHANNELS, CHANNELS),
  ];
  const middle: Shapes = [
    ...residualBlock('mid.block_1'),
    ...norm('mid.attn_1.norm', CHANNELS),
    ...['q', 'k', 'v', 'proj_out'].flatMap(name => convolution(`mid.attn_1.${name}`, CHANNELS, CHANNELS, 1)),
    ...residualBlock('mid.block_2'),
  ];
  const levels = Array.from({ length: LEVELS }, (_, level) => level);
  const half = (input: number, output: number, between: Shapes): Shapes => [
    ...convolution('conv_in', CHANNELS, input),
    ...between,
    ...middle,
    ...norm('norm_out', CHANNELS),
    ...convolution('conv_out', output, CHANNELS),
  ];
  const down = levels.flatMap(
    (level): Shapes => [
      ...residualBlock(`down.${level}.block.0`),
      ...(level < LEVELS - 1 ? convolution(`down.${level}.downsample.conv`, CHANNELS, CHANNELS) : []),
    ],
  );
  const up = levels.flatMap(
    (level): Shapes => [
      ...residualBlock(`up.${level}.block.0`),
      ...residualBlock(`up.${level}.block.1`),
      ...(level > 0 ? convolution(`up.${level}.upsample.conv`, CHANNELS, CHANNELS) : []),
    ],
  );
  return [
    ...prefixed('encoder', half(3, 2 * LATENT, down)),
    ...prefixed('decoder', half(LATENT, 3, up)),
    ...convolution('quant_conv', 2 * LATENT, 2 * LATENT, 1),
    ...convolution('post_quant_conv', LATENT, LATENT, 1),
  ];
}

function textModel(): Shapes {
  const layer = (name: string): Shapes => [
    ...norm(`${name}.layer_norm1`, CONTEXT),
    ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].flatMap(part =>
      linear(`${name}.self_attn.${part}`, CONTEXT, CONTEXT),
    ),
    ...norm(`${name}.layer_norm2`, CONTEXT),
    ...linear(`${name}.mlp.fc1`, 4 * CONTEXT, CONTEXT),
    ...linear(`${name}.mlp.fc2`, CONTEXT, 4 * CONTEXT),
  ];
  return [
    ['embeddings.token_embedding.weight', [49408, CONTEXT]],
    ['embeddings.position_embedding.weight', [77, CONTEXT]],
    ...layer('encoder.layers.0'),
    ...layer('encoder.layers.1'),
    ...norm('final_layer_norm', CONTEXT),
  ];
}

function linear(name: string, output: number, input: number): Shapes {
  return [
    [`${name}.weight`, [output, input]],
    [`${name}.bias`, [output]],
  ];
}

function convolution(name: string, output: number, input: number, side = 3): Shapes {
  return [
    [`${name}.weight`, [output, input, side, side]],
    [`${name}.bias`, [output]],
  ];
}

function norm(name: string, channels: number): Shapes {
  return [
    [`${name}.weight`, [channels]],
    [`${name}.bias`, [channels]],
  ];
}

function prefixed(prefix: string, shapes: Shapes): Shapes {
  return shapes.map(([name, shape]) => [`${prefix}.${name}`, shape]);
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/** Numbers in -1..1 (a 32-bit xorshift generator). */
function uniform(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x8000_0000 - 1;
  };
}
