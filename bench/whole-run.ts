// The whole way of a prompt from a cold process: command, server, worker, checkpoint, picture on disk.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { commandPath } from '../e2e/server-process.ts';

const NAME = 'checkpoint.safetensors';

export async function measureWholeRun(checkpoint: string): Promise<{ readonly seconds: number }> {
  const base = await mkdtemp(path.join(tmpdir(), 'snug-bench-'));
  try {
    const folder = path.join(base, 'models/checkpoints');
    await mkdir(folder, { recursive: true });
    await symlink(path.resolve(checkpoint), path.join(folder, NAME));
    const workflow = path.join(base, 'workflow.json');
    await writeFile(workflow, JSON.stringify(prompt()));
    const begin = performance.now();
    await promisify(execFile)(process.execPath, [commandPath, 'run', workflow, '--base-directory', base]);
    return { seconds: Number(((performance.now() - begin) / 1000).toFixed(1)) };
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

function prompt(): object {
  return {
    1: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: NAME } },
    2: { class_type: 'CLIPTextEncode', inputs: { text: 'a photo of a cat', clip: ['1', 1] } },
    3: { class_type: 'CLIPTextEncode', inputs: { text: 'blurry, low quality', clip: ['1', 1] } },
    4: { class_type: 'EmptyLatentImage', inputs: { width: 256, height: 256, batch_size: 1 } },
    5: {
      class_type: 'KSampler',
      inputs: {
        seed: 123,
        steps: 4,
        cfg: 7,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: 1,
        model: ['1', 0],
        positive: ['2', 0],
        negative: ['3', 0],
        latent_image: ['4', 0],
      },
    },
    6: { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
    7: { class_type: 'SaveImage', inputs: { filename_prefix: 'bench', images: ['6', 0] } },
  };
}
