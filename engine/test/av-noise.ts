// A program of its own for the test that FFmpeg and its codecs stay silent: writes each kind of video, reads it and fails to
// read a broken one.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveVideo } from '../src/media/video/save-video.ts';
import { type Video, videoComponents } from '../src/media/video/video.ts';

const folder = await mkdtemp(join(tmpdir(), 'snug-noise-'));
const images = { data: new Float32Array(3 * 64 * 64 * 3).fill(0.5), dims: [3, 64, 64, 3] };
const video: Video = { source: 'components', components: { images, audio: null, frameRate: { num: 8, den: 1 } } };
for (const codec of ['h264', 'vp9', 'av1'] as const) {
  const path = join(folder, codec);
  await saveVideo(video, { path, format: codec === 'h264' ? 'mp4' : 'webm', codec });
  await videoComponents({ source: 'file', path, name: codec });
}
const broken = join(folder, 'broken');
await writeFile(broken, 'no video');
const refused = await videoComponents({ source: 'file', path: broken, name: 'broken' }).catch(() => 'refused');
await rm(folder, { recursive: true });
process.exitCode = refused === 'refused' ? 0 : 1;
