// Decoded frames as pictures: converted to RGB by FFmpeg with the colour space that each frame names, gathered as bytes (a
// quarter of their size as floats) and made a tensor at the end.
import { EngineError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { DecodeMediaOptions } from '../audio/decode-audio.ts';
import type { AvFrame, AvInput, AvStream } from '../av-input.ts';
import type { Av } from '../av-library.ts';
import { type ByteImage, bytesToFloats } from '../byte-image.ts';
import { checkDecodedSize, defaultMaxBytes } from '../memory-limit.ts';

/** All frames of a stream, [frames, height, width, 3]. @throws EngineError MEDIA_UNREADABLE or MEDIA_TOO_LARGE. */
export async function readFrames(
  input: AvInput,
  stream: AvStream,
  { maxBytes = defaultMaxBytes }: DecodeMediaOptions = {},
): Promise<Tensor> {
  const frames: ByteImage[] = [];
  const { width, height } = stream.codecpar;
  // What the header promises is refused before the first frame is decoded: bytes and floats exist at the same time.
  const bytesOf = (count: number): number => count * width * height * 3 * 5;
  checkDecodedSize(input.name, bytesOf(Number(stream.nbFrames)), maxBytes);
  for await (const image of rgbFrames(input, stream)) {
    checkDecodedSize(input.name, bytesOf(frames.length + 1), maxBytes);
    frames.push(image);
  }
  return framesToTensor(frames);
}

/** Frames one by one, all of the size that the first one has. */
export async function* rgbFrames(input: AvInput, stream: AvStream): AsyncGenerator<ByteImage> {
  const converter = new RgbConverter(input.av);
  let first: ByteImage | undefined;
  try {
    for await (const frame of input.frames(stream)) {
      const image = await converter.convert(frame);
      first ??= image;
      if (image.width !== first.width || image.height !== first.height) {
        const reason = 'the size of its frames changes on the way';
        throw new EngineError('MEDIA_UNREADABLE', { name: input.name, reason });
      }
      yield image;
    }
  } finally {
    converter.free();
  }
}

export function framesToTensor(frames: readonly ByteImage[]): Tensor {
  const { width = 0, height = 0, channels = 3 } = frames[0] ?? {};
  const size = width * height * channels;
  const data = new Float32Array(frames.length * size);
  for (const [index, frame] of frames.entries()) data.set(bytesToFloats(frame.data), index * size);
  return { data, dims: [frames.length, height, width, channels] };
}

/** FFmpeg's conversion to interleaved RGB; free it after use. */
export class RgbConverter {
  readonly #av: Av;
  readonly #scaler: InstanceType<Av['SoftwareScaleContext']>;

  constructor(av: Av) {
    this.#av = av;
    this.#scaler = new av.SoftwareScaleContext();
    this.#scaler.allocContext();
  }

  async convert(frame: AvFrame): Promise<ByteImage> {
    const { width, height } = frame;
    const { AV_PIX_FMT_RGB24 } = this.#av.constants;
    const target = new this.#av.Frame();
    target.alloc();
    try {
      target.width = width;
      target.height = height;
      target.format = AV_PIX_FMT_RGB24;
      target.getBuffer();
      const code = await this.#scaler.scaleFrame(target, frame);
      if (code < 0) {
        const reason = 'its pixels cannot be converted to RGB';
        throw new EngineError('MEDIA_UNREADABLE', { name: 'video', reason });
      }
      const data = new Uint8Array(target.toBuffer());
      return { data, width, height, channels: 3 };
    } finally {
      target.free();
    }
  }

  free(): void {
    this.#scaler.freeContext();
  }
}
