// Sound written, then read back by FFmpeg and, as far as it goes, by hand.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AudioClip } from './audio-clip.ts';
import { decodeAudio } from './decode-audio.ts';
import { encodeAudio } from './encode-audio.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-audio-'));
});
afterEach(() => rm(folder, { recursive: true }));

function tones(sampleRate: number, samples: number, hertz: readonly number[]): AudioClip {
  const data = new Float32Array(hertz.length * samples);
  for (const [channel, pitch] of hertz.entries()) {
    for (let i = 0; i < samples; i++)
      data[channel * samples + i] = 0.5 * Math.sin((2 * Math.PI * pitch * i) / sampleRate);
  }
  return { waveform: { data, dims: [1, hertz.length, samples] }, sampleRate };
}

function largestDifference(a: AudioClip, b: AudioClip): number {
  expect(b.waveform.dims).toEqual(a.waveform.dims);
  return a.waveform.data.reduce((max, value, i) => Math.max(max, Math.abs(value - (b.waveform.data[i] ?? 9))), 0);
}

const texts = [
  ['prompt', '{"1": {"class_type": "A", "text": "Gr\\u00fcn"}}'],
  ['workflow', JSON.stringify({ nodes: Array.from({ length: 3000 }, (_, id) => ({ id })) })],
] as const;

describe('FLAC', () => {
  it('keeps 16 bits of every sample, the rate and the channels', async () => {
    for (const [rate, samples, pitches] of [
      [44_100, 10_001, [440, 880]],
      [11_025, 37, [100]],
      [96_000, 5000, [1, 2, 3, 4, 5, 6]],
    ] as const) {
      const clip = tones(rate, samples, pitches);
      await encodeAudio(clip, { path: at('a.flac'), format: 'flac' });
      const back = await decodeAudio(at('a.flac'));
      expect(back.sampleRate).toBe(rate);
      expect(largestDifference(clip, back)).toBeLessThanOrEqual(0.5 / 32_768 + 1e-9);
    }
  });

  it('cuts what is too loud and takes NaN for silence', async () => {
    const data = new Float32Array([2, -2, Number.NaN, Number.POSITIVE_INFINITY, 0.25]);
    await encodeAudio({ waveform: { data, dims: [1, 1, 5] }, sampleRate: 8000 }, { path: at('a'), format: 'flac' });
    const { waveform } = await decodeAudio(at('a'));
    expect([...waveform.data]).toEqual([32_767 / 32_768, -1, 0, 32_767 / 32_768, 0.25]);
  });

  it('holds the texts as Vorbis comments', async () => {
    await encodeAudio(tones(8000, 100, [440]), { path: at('a.flac'), format: 'flac', texts });
    expect(flacComments(await readFile(at('a.flac')))).toEqual(
      expect.arrayContaining(texts.map(([key, text]) => `${key}=${text}`)),
    );
  });
});

describe('MP3 and Opus', () => {
  it.each([
    ['mp3', 'best', 44_100],
    ['mp3', 320_000, 48_000],
    ['opus', 128_000, 48_000],
  ] as const)('%s at %s bits per second sounds the same', async (format, bitRate, rate) => {
    const clip = tones(rate, rate, [440, 660]);
    await encodeAudio(clip, { path: at('a'), format, bitRate });
    const back = await decodeAudio(at('a'));
    expect(back.sampleRate).toBe(rate);
    expect(largestDifference(clip, back)).toBeLessThan(0.05);
  });

  it('are encoded at the next rate that they know', async () => {
    await encodeAudio(tones(44_100, 44_100, [440]), { path: at('a'), format: 'opus', bitRate: 64_000 });
    const opus = await decodeAudio(at('a'));
    expect([opus.sampleRate, opus.waveform.dims]).toEqual([48_000, [1, 1, 48_000]]);
    await encodeAudio(tones(96_000, 9600, [440]), { path: at('b'), format: 'mp3' });
    expect((await decodeAudio(at('b'))).sampleRate).toBe(48_000);
  });

  it('hold the texts: ID3 user texts, Vorbis comments', async () => {
    await encodeAudio(tones(8000, 8000, [440]), { path: at('a.mp3'), format: 'mp3', texts });
    expect(id3UserTexts(await readFile(at('a.mp3')))).toEqual(expect.objectContaining(Object.fromEntries(texts)));
    const short = [['prompt', '{"a": 1}']] as const;
    await encodeAudio(tones(8000, 8000, [440]), { path: at('a.opus'), format: 'opus', texts: short });
    const file = await readFile(at('a.opus'));
    expect(commentsAt(file, file.indexOf('OpusTags') + 8)).toContain('prompt={"a": 1}');
  });
});

describe('sound that cannot be written', () => {
  it.each([
    ['mp3', tones(8000, 10, [1, 2, 3]), /MP3.*at most 2 channels.*3 channel/],
    ['flac', tones(8000, 0, [1]), /at least one sample.*0 samples/],
    ['flac', { ...tones(8000, 4, [1]), sampleRate: -1 }, /sample rate.*-1/],
    ['opus', { waveform: { data: new Float32Array(4), dims: [2, 2] }, sampleRate: 8000 }, /shape/],
  ] as const)('is refused before a file is made: %s', async (format, clip, message) => {
    await expect(encodeAudio(clip, { path: at('a'), format })).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the folder that is not there', async () => {
    const clip = tones(8000, 10, [1]);
    await expect(encodeAudio(clip, { path: at('no/a.flac'), format: 'flac' })).rejects.toMatchObject({
      code: 'MEDIA_ENCODING_FAILED',
      message: expect.stringContaining('No such file or directory'),
    });
  });

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(encodeAudio(tones(8000, 8000, [1]), { path: at('a'), format: 'flac', signal })).rejects.toThrow(
      /abort/i,
    );
  });
});

describe('sound that cannot be read', () => {
  it.each([
    ['nothing', ''],
    ['text', 'this is no sound at all, only words '.repeat(100)],
    ['a playlist of other files', '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n'],
    ['a list of files to join', 'ffconcat version 1.0\nfile /etc/hostname\n'],
    ['a FLAC header alone', 'fLaC\0\0\0\u0022'],
    ['a WAV header that promises data', 'RIFF\u00ff\u00ff\u00ff\u007fWAVEfmt \u0010\0\0\0'],
  ])('is refused: %s', async (_, content) => {
    await writeFile(at('bad.wav'), content, 'latin1');
    await expect(decodeAudio(at('bad.wav'), { name: 'bad.wav' })).rejects.toMatchObject({
      code: expect.stringMatching(/^MEDIA_(UNREADABLE|STREAM_MISSING)$/),
      message: expect.stringContaining('bad.wav'),
    });
  });

  it('is read as far as it goes when it was cut off', async () => {
    const clip = tones(44_100, 44_100, [440]);
    await encodeAudio(clip, { path: at('a.flac'), format: 'flac' });
    const bytes = await readFile(at('a.flac'));
    await writeFile(at('cut.flac'), bytes.subarray(0, bytes.length >> 1));
    const [, , samples = 0] = (await decodeAudio(at('cut.flac'))).waveform.dims;
    expect(samples).toBeGreaterThan(4000);
    expect(samples).toBeLessThan(44_100);
  });

  it('is refused when it would not fit into memory', async () => {
    await encodeAudio(tones(8000, 80_000, [0]), { path: at('long.flac'), format: 'flac' });
    await expect(decodeAudio(at('long.flac'), { name: 'long.flac', maxBytes: 100_000 })).rejects.toMatchObject({
      code: 'MEDIA_TOO_LARGE',
      message: expect.stringMatching(/"long.flac" would take .* more than the limit of 0.00 GiB/),
    });
  });
});

/** Comments of a FLAC file: metadata block 4 (RFC 9639, section 8). */
function flacComments(file: Buffer): string[] {
  for (let position = 4; ; ) {
    const header = file.readUInt32BE(position);
    if (((header >>> 24) & 0x7f) === 4) return commentsAt(file, position + 4);
    position += 4 + (header & 0xff_ffff);
  }
}

/** A Vorbis comment header: vendor, then comments, each behind its length. */
function commentsAt(file: Buffer, start: number): string[] {
  let position = start + 4 + file.readUInt32LE(start);
  const count = file.readUInt32LE(position);
  position += 4;
  return Array.from({ length: count }, () => {
    const length = file.readUInt32LE(position);
    position += 4 + length;
    return file.toString('utf8', position - length, position);
  });
}

/** TXXX frames of an ID3v2.4 tag by description; sizes there have seven bits a byte. */
function id3UserTexts(file: Buffer): Record<string, string> {
  const sizeAt = (at: number): number => [0, 1, 2, 3].reduce((size, i) => size * 128 + (file[at + i] ?? 0), 0);
  expect(file.toString('latin1', 0, 4)).toBe('ID3\u0004');
  const found: Record<string, string> = {};
  for (let position = 10; position < 10 + sizeAt(6) && file[position] !== 0; position += 10 + sizeAt(position + 4)) {
    if (file.toString('latin1', position, position + 4) !== 'TXXX') continue;
    const [key = '', text = ''] = file
      .toString('utf8', position + 11, position + 10 + sizeAt(position + 4))
      .split('\0');
    found[key] = text;
  }
  return found;
}
