// Videos written, then read back by FFmpeg and, as far as it goes, by hand.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tensor } from '../../tensor/tensor.ts';
import { encodeAudio } from '../audio/encode-audio.ts';
import { frameRateOf } from './frame-rate.ts';
import { h264RoundTrip } from './h264-round-trip.ts';
import { saveVideo } from './save-video.ts';
import { type Video, videoComponents, videoSize } from './video.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const fileAt = (name: string): Video => ({ source: 'file', path: at(name), name });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-video-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Slow gradients, different in each frame, so that little is lost. */
function gradients(frames: number, height: number, width: number, channels = 3): Tensor {
  const data = new Float32Array(frames * height * width * channels);
  for (let i = 0; i < data.length; i++) {
    const [c, x, y, k] = [
      i % channels,
      Math.floor(i / channels) % width,
      Math.floor(i / channels / width) % height,
      Math.floor(i / channels / width / height),
    ];
    data[i] = c === 0 ? x / width : c === 1 ? y / height : 0.2 + 0.6 * (k / frames);
  }
  return { data, dims: [frames, height, width, channels] };
}

const silent = (images: Tensor, fps = 24): Video => ({
  source: 'components',
  components: { images, audio: null, frameRate: frameRateOf(fps) },
});

function tone(seconds: number, sampleRate = 44_100) {
  const data = Float32Array.from(
    { length: seconds * sampleRate },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / sampleRate),
  );
  return { waveform: { data, dims: [1, 1, data.length] }, sampleRate };
}

/** Mean difference over what both pictures have. */
function meanDifference(a: Tensor, b: Tensor): number {
  const [frames = 0, height = 0, width = 0, channels = 0] = a.dims;
  const [, otherHeight = 0, otherWidth = 0] = b.dims;
  let sum = 0;
  for (let k = 0; k < frames; k++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width * channels; x++) {
        const [mine, theirs] = [
          (k * height + y) * width * channels + x,
          (k * otherHeight + y) * otherWidth * channels + x,
        ];
        sum += Math.abs((a.data[mine] ?? 0) - (b.data[theirs] ?? 0));
      }
    }
  }
  return sum / a.data.length;
}

const texts = [
  ['prompt', '{"1": {"class_type": "A"}}'],
  ['workflow', JSON.stringify({ nodes: Array.from({ length: 3000 }, (_, id) => ({ id })) })],
] as const;

describe('saving pictures as a video', () => {
  it.each([
    ['h264', 'mp4'],
    ['vp9', 'webm'],
    ['av1', 'webm'],
  ] as const)('%s brings back every frame, its colours and its rate', async (codec, format) => {
    const images = gradients(10, 64, 96);
    await saveVideo(silent(images, 29.97), { path: at('a'), format, codec, crf: 16 });
    const { images: back, audio, frameRate } = await videoComponents(fileAt('a'));
    expect(back.dims).toEqual([10, 64, 96, 3]);
    expect(meanDifference(images, back)).toBeLessThan(0.015);
    expect(frameRate.num / frameRate.den).toBeCloseTo(29.97, 2);
    expect(audio).toBeNull();
    expect(await videoSize(fileAt('a'))).toEqual({ width: 96, height: 64 });
  });

  it('shows plain colours as they were', async () => {
    for (const colour of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 1, 1],
      [0, 0, 0],
    ]) {
      const data = Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, i) => colour[i % 3] ?? 0);
      await saveVideo(silent({ data, dims: [2, 32, 32, 3] }), { path: at('a'), format: 'mp4', codec: 'h264' });
      const { images } = await videoComponents(fileAt('a'));
      expect(meanDifference({ data, dims: images.dims }, images)).toBeLessThan(0.02);
    }
  });

  it('plays sound along, cut at the end of the last frame', async () => {
    const audio = tone(2);
    const video: Video = {
      source: 'components',
      components: { images: gradients(12, 32, 32), audio, frameRate: { num: 12, den: 1 } },
    };
    await saveVideo(video, { path: at('a'), format: 'mp4', codec: 'h264' });
    const back = await videoComponents(fileAt('a'));
    expect(back.images.dims[0]).toBe(12);
    const [, channels, samples = 0] = back.audio?.waveform.dims ?? [];
    expect([channels, back.audio?.sampleRate]).toEqual([1, 44_100]);
    // AAC counts in frames of 1024 samples.
    expect(Math.abs(samples - 44_100)).toBeLessThan(1024);
  });

  it('repeats the last line and column where H.264 needs even sizes', async () => {
    const images = gradients(2, 33, 31);
    await saveVideo(silent(images), { path: at('a'), format: 'mp4', codec: 'h264', crf: 10 });
    const { images: back } = await videoComponents(fileAt('a'));
    expect(back.dims).toEqual([2, 34, 32, 3]);
    expect(meanDifference(images, back)).toBeLessThan(0.03);
    await saveVideo(silent(images), { path: at('b'), format: 'webm', codec: 'vp9' });
    expect((await videoComponents(fileAt('b'))).images.dims).toEqual([2, 33, 31, 3]);
  });

  it('pads pictures that are too small for AV1, and refuses rates beyond it', async () => {
    await saveVideo(silent(gradients(2, 9, 17)), { path: at('a'), format: 'webm', codec: 'av1' });
    expect((await videoComponents(fileAt('a'))).images.dims).toEqual([2, 32, 32, 3]);
    const fast = saveVideo(silent(gradients(2, 64, 64), 500), { path: at('b'), format: 'webm', codec: 'av1' });
    await expect(fast).rejects.toThrow(/at most 240 frames per second, but it is 64x64 at 500/);
  });

  it.each([0.01, 23.976, 1000])('tells readers of a short WebM that it has %d frames per second', async fps => {
    await saveVideo(silent(gradients(2, 16, 16), fps), { path: at('a'), format: 'webm', codec: 'vp9' });
    const { images, frameRate } = await videoComponents(fileAt('a'));
    expect(images.dims[0]).toBe(2);
    expect(frameRate).toEqual(frameRateOf(fps));
  });

  it('takes one frame, one pixel, gray pictures and pictures with alpha', async () => {
    for (const images of [gradients(1, 32, 32), gradients(3, 1, 1), gradients(2, 16, 16, 1), gradients(2, 16, 16, 4)]) {
      await saveVideo(silent(images), { path: at('a'), format: 'mp4', codec: 'h264' });
      expect((await videoComponents(fileAt('a'))).images.dims[0]).toBe(images.dims[0]);
    }
  });

  it('puts the index and the texts of an MP4 before the pictures', async () => {
    await saveVideo(silent(gradients(3, 32, 32)), { path: at('a.mp4'), format: 'mp4', codec: 'h264', texts });
    const file = await readFile(at('a.mp4'));
    expect(boxes(file).map(({ type }) => type)).toEqual(['ftyp', 'moov', 'free', 'mdat']);
    expect(mp4Texts(file)).toEqual(expect.objectContaining(Object.fromEntries(texts)));
  });

  it('puts the texts of a WebM into its tags', async () => {
    const short = [['prompt', '{"a": "b"}']] as const;
    await saveVideo(silent(gradients(3, 32, 32)), { path: at('a.webm'), format: 'webm', codec: 'vp9', texts: short });
    const file = await readFile(at('a.webm'));
    // A SimpleTag: its name is element 45A3 of 6 bytes, its string element 4487 of 10 bytes (RFC 9559, section 5.1.8).
    expect(file.includes('\u0045\u00a3\u0086PROMPTD\u0087\u008a{"a": "b"}', 0, 'latin1')).toBe(true);
  });

  it('stops in the middle when it is aborted', async () => {
    const controller = new AbortController();
    let frames = 0;
    const onFrame = (count: number): void => {
      frames = count;
      if (count === 5) controller.abort();
    };
    const options = { path: at('a'), format: 'mp4', codec: 'h264', onFrame, signal: controller.signal } as const;
    await expect(saveVideo(silent(gradients(300, 64, 64)), options)).rejects.toThrow(/abort/i);
    expect(frames).toBeLessThan(8);
  });

  it.each([
    ['no frame', { data: new Float32Array(), dims: [0, 8, 8, 3] }, /at least one pixel.*\[0,8,8,3\]/],
    ['no picture', { data: new Float32Array(64), dims: [1, 8, 8] }, /shape/],
    ['frames that are too wide', { data: new Float32Array(3 * 16_386), dims: [1, 1, 16_386, 3] }, /at most 16384/],
  ])('refuses %s before a file is made', async (_, images, message) => {
    await expect(saveVideo(silent(images), { path: at('a'), format: 'mp4', codec: 'h264' })).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([0, -1, Number.NaN, 1e6])('refuses %d frames per second', fps => {
    expect(() => frameRateOf(fps)).toThrow(/between 0.001 and 1000/);
  });
});

describe('saving a video file', () => {
  it('copies H.264 without loss, with new texts', async () => {
    const video: Video = {
      source: 'components',
      components: { images: gradients(9, 32, 32), audio: tone(1), frameRate: { num: 9, den: 1 } },
    };
    await saveVideo(video, { path: at('a'), format: 'mp4', codec: 'h264', texts: [['prompt', 'old']] });
    await saveVideo(fileAt('a'), { path: at('b'), format: 'mp4', codec: 'h264', texts });
    const [first, second] = [await videoComponents(fileAt('a')), await videoComponents(fileAt('b'))];
    expect(second).toEqual(first);
    expect(mp4Texts(await readFile(at('b')))).toEqual(expect.objectContaining(Object.fromEntries(texts)));
  });

  it('encodes other codecs anew', async () => {
    const images = gradients(7, 32, 32);
    await saveVideo(silent(images, 10), { path: at('a'), format: 'webm', codec: 'vp9', crf: 10 });
    await saveVideo(fileAt('a'), { path: at('b'), format: 'mp4', codec: 'h264', crf: 10 });
    const back = await videoComponents(fileAt('b'));
    expect(back.images.dims).toEqual(images.dims);
    expect(back.frameRate).toEqual({ num: 10, den: 1 });
    expect(meanDifference(images, back.images)).toBeLessThan(0.02);
  });
});

describe('a video that cannot be read', () => {
  it('is refused when it has no pictures', async () => {
    await encodeAudio(tone(1), { path: at('a.mp3'), format: 'mp3' });
    for (const read of [videoComponents, videoSize]) {
      await expect(read(fileAt('a.mp3'))).rejects.toMatchObject({
        code: 'MEDIA_STREAM_MISSING',
        message: '"a.mp3" has no video. Choose a file that has.',
      });
    }
  });

  it('is refused when it is damaged or cut off before its index', async () => {
    await saveVideo(silent(gradients(20, 64, 64)), { path: at('a'), format: 'mp4', codec: 'h264' });
    const bytes = await readFile(at('a'));
    const contents = [Buffer.alloc(0), bytes.subarray(0, 40), bytes.subarray(0, 300), Buffer.alloc(5000, 0xff)];
    for (const content of contents) {
      await writeFile(at('bad'), content);
      await expect(videoComponents(fileAt('bad'))).rejects.toMatchObject({
        code: expect.stringMatching(/^MEDIA_(UNREADABLE|STREAM_MISSING)$/),
      });
    }
  });

  it('is read as far as it goes when its pictures are cut off or overwritten', async () => {
    await saveVideo(silent(gradients(20, 64, 64)), { path: at('a'), format: 'mp4', codec: 'h264' });
    const bytes = await readFile(at('a'));
    await writeFile(at('cut'), bytes.subarray(0, bytes.length - 200));
    const { images } = await videoComponents(fileAt('cut'));
    expect(images.dims[0]).toBeGreaterThan(0);
    expect(images.dims[0]).toBeLessThanOrEqual(20);
    const data = boxes(bytes).find(({ type }) => type === 'mdat');
    await writeFile(at('blank'), Buffer.concat([bytes.subarray(0, data?.start), Buffer.alloc(data?.size ?? 0)]));
    await expect(videoComponents(fileAt('blank'))).rejects.toMatchObject({ code: 'MEDIA_UNREADABLE' });
  });

  it('is refused when it would not fit into memory', async () => {
    await saveVideo(silent(gradients(20, 64, 64)), { path: at('a'), format: 'mp4', codec: 'h264' });
    await expect(videoComponents(fileAt('a'), { maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'MEDIA_TOO_LARGE',
    });
  });

  it('stops when it is aborted', async () => {
    await saveVideo(silent(gradients(20, 64, 64)), { path: at('a'), format: 'mp4', codec: 'h264' });
    await expect(videoComponents(fileAt('a'), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe('a round trip through H.264', () => {
  it('loses more, the higher the factor; 0 changes nothing', async () => {
    const images = gradients(2, 48, 64);
    expect(await h264RoundTrip(images, 0)).toBe(images);
    const losses = [];
    for (const crf of [5, 35, 51]) losses.push(meanDifference(images, await h264RoundTrip(images, crf)));
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    expect(losses[0]).toBeLessThan(0.015);
    expect(losses[2]).toBeGreaterThan(0.02);
  });

  it('drops the last line and column of odd sizes and refuses what is smaller than two pixels', async () => {
    expect((await h264RoundTrip(gradients(1, 33, 31), 35)).dims).toEqual([1, 32, 30, 3]);
    await expect(h264RoundTrip(gradients(1, 1, 8), 35)).rejects.toThrow(/at least 2 pixels.*8x1/);
  });
});

interface Box {
  readonly type: string;
  readonly start: number;
  readonly size: number;
}

/** Boxes of an MP4 file (ISO/IEC 14496-12) between two positions. */
function boxes(file: Buffer, start = 0, end = file.length): Box[] {
  const found: Box[] = [];
  for (let position = start; position + 8 <= end; ) {
    const size = file.readUInt32BE(position);
    found.push({ type: file.toString('latin1', position + 4, position + 8), start: position, size });
    position += Math.max(size, 8);
  }
  return found;
}

/** Texts of `moov/udta/meta`: names in `keys`, values in `ilst` by number (QuickTime metadata). */
function mp4Texts(file: Buffer): Record<string, string> {
  const inside = ({ start, size }: Box, type: string, skip = 8): Box => {
    const box = boxes(file, start + skip, start + size).find(one => one.type === type);
    if (box === undefined) throw new Error(`no ${type}`);
    return box;
  };
  const moov = inside({ type: '', start: -8, size: file.length + 8 }, 'moov');
  const meta = inside(inside(moov, 'udta'), 'meta');
  const keys = inside(meta, 'keys', 12);
  const names = boxes(file, keys.start + 16, keys.start + keys.size);
  expect(names.map(({ type }) => type)).toEqual(names.map(() => 'mdta'));
  const values = boxes(file, inside(meta, 'ilst', 12).start + 8, meta.start + meta.size);
  return Object.fromEntries(
    names.map((name, index) => {
      const value = values[index] ?? name;
      const key = file.toString('utf8', name.start + 8, name.start + name.size);
      return [key, file.toString('utf8', value.start + 24, value.start + value.size)];
    }),
  );
}
