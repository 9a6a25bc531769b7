// Pictures with the traces of video compression: each one is encoded as a single H.264 frame and decoded again. Models that were
// trained on videos animate such pictures better (Lightricks/LTX-Video, Apache-2.0, `crf_compressor`).
import { EngineError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Av, loadAv } from '../av-library.ts';
import { type AvEncoder, checkAv, encodedPackets } from '../av-output.ts';
import { type ByteImage, imageToBytes } from '../byte-image.ts';
import { framesToTensor, RgbConverter } from './read-frames.ts';
import { imageShape } from './video.ts';
import { videoTrack } from './video-encoder.ts';

export interface RoundTripOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every picture of a batch through H.264 at a constant rate factor; 0 leaves them as they are. Odd sizes lose their last line or
 * column, as the codec knows even sizes only. @throws EngineError INVALID_ARGUMENT for pictures of one pixel in a direction.
 */
export async function h264RoundTrip(images: Tensor, crf: number, { signal }: RoundTripOptions = {}): Promise<Tensor> {
  const { frames, width, height } = imageShape(images);
  if (crf === 0) return images;
  if (width < 2 || height < 2) {
    const expected = 'at least 2 pixels wide and high';
    throw new EngineError('INVALID_ARGUMENT', { name: 'A picture for H.264', expected, actual: `${width}x${height}` });
  }
  const av = await loadAv();
  const results: ByteImage[] = [];
  for (let index = 0; index < frames; index++) {
    signal?.throwIfAborted();
    results.push(await roundTrip(av, evenSized(imageToBytes(images, index)), crf));
  }
  return framesToTensor(results);
}

function evenSized(image: ByteImage): ByteImage {
  const [width, height] = [image.width & ~1, image.height & ~1];
  const stride = width * image.channels;
  const data = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const start = y * image.width * image.channels;
    data.set(image.data.subarray(start, start + stride), y * stride);
  }
  return { data, width, height, channels: image.channels };
}

async function roundTrip(av: Av, image: ByteImage, crf: number): Promise<ByteImage> {
  const { width, height } = image;
  const frameRate = { num: 1, den: 1 };
  const settings = { codec: 'h264', width, height, frameRate, crf, preset: 'veryfast' } as const;
  const { encoder, frames } = await videoTrack(av, [image], settings);
  const decoder = await openDecoder(av, encoder);
  try {
    for await (const packet of encodedPackets(av, 'h264', encoder, frames))
      checkAv(av, 'h264', await decoder.sendPacket(packet));
    checkAv(av, 'h264', await decoder.sendPacket(null));
    return await receivedImage(av, decoder);
  } finally {
    encoder.freeContext();
    decoder.freeContext();
  }
}

async function receivedImage(av: Av, decoder: AvEncoder): Promise<ByteImage> {
  const frame = new av.Frame();
  const converter = new RgbConverter(av);
  frame.alloc();
  try {
    checkAv(av, 'h264', await decoder.receiveFrame(frame));
    return await converter.convert(frame);
  } finally {
    frame.free();
    converter.free();
  }
}

/** A decoder for what an encoder makes. */
async function openDecoder(av: Av, encoder: AvEncoder): Promise<AvEncoder> {
  const parameters = new av.CodecParameters();
  parameters.alloc();
  parameters.fromContext(encoder);
  const codec = av.Codec.findDecoder(encoder.codecId);
  const decoder = new av.CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(parameters);
  parameters.free();
  checkAv(av, 'h264', await decoder.open2(codec, null));
  return decoder;
}
