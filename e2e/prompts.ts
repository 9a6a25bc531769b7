// The prompts that the end-to-end tests send, and the few requests that all of them make.
import { once } from 'node:events';
import { decodeSocketMessage, type JsonObject, type JsonValue, type Prompt, parseLossless } from '@snug/protocol';
import { WebSocket } from 'ws';

/** A plain coloured picture, saved: needs no model. */
export function colourPrompt(options: { prefix?: string; color?: number; size?: number } = {}): Prompt {
  const { prefix = 'colour', color = 0xff8000, size = 64 } = options;
  return {
    '1': { class_type: 'EmptyImage', inputs: { width: size, height: size, batch_size: 1, color } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
  };
}

/** Runs for a while before it saves; needs the pack `test-nodes.mjs`. */
export function slowPrompt(milliseconds: number, prefix = 'slow'): Prompt {
  return {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
    '3': { class_type: 'TestWait', inputs: { image: ['1', 0], milliseconds } },
    '2': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: prefix } },
  };
}

/** Text to picture with a Stable Diffusion 1.x checkpoint. */
export function diffusionPrompt(
  checkpoint: string,
  options: { seed?: bigint; steps?: number; size?: number } = {},
): Prompt {
  const { seed = 1n, steps = 2, size = 64 } = options;
  return {
    '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
    '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a photo of a cat', clip: ['4', 1] } },
    '7': { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['4', 1] } },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: size, height: size, batch_size: 1 } },
    '3': {
      class_type: 'KSampler',
      inputs: {
        model: ['4', 0],
        positive: ['6', 0],
        negative: ['7', 0],
        latent_image: ['5', 0],
        seed,
        steps,
        cfg: 7.5,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: 1,
      },
    },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'diffusion' } },
  };
}

/** Reads a JSON document of the server, numbers as they are. */
export async function getJson(url: string): Promise<JsonObject> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
  return parseLossless(await response.text()) as JsonObject;
}

export interface SocketLog {
  readonly socket: WebSocket;
  /** Every text message so far, in order. */
  readonly messages: { readonly type: string; readonly data: JsonObject }[];
  /** Every binary frame so far. */
  readonly frames: Buffer[];
  /** Resolves with the first message, past or future, that fits. */
  until(fits: (type: string, data: JsonObject) => boolean): Promise<{ type: string; data: JsonObject }>;
  /** Resolves when the prompt has ended. */
  ended(promptId: string): Promise<unknown>;
}

/** Connects and records what comes. */
export async function openSocket(url: string, clientId?: string): Promise<SocketLog> {
  const query = clientId === undefined ? '' : `?clientId=${encodeURIComponent(clientId)}`;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws${query}`);
  const messages: SocketLog['messages'] = [];
  const frames: Buffer[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      frames.push(data);
    } else {
      const { type, data: value } = decodeSocketMessage(String(data));
      messages.push({ type, data: value as JsonObject });
    }
  });
  await once(socket, 'open');
  const until: SocketLog['until'] = async fits => {
    for (let seen = 0; ; ) {
      const found = messages.slice(seen).find(({ type, data }) => fits(type, data));
      if (found !== undefined) {
        return found;
      }
      seen = messages.length;
      await once(socket, 'message');
    }
  };
  const ended = (promptId: string) =>
    until((type, data) => type === 'executing' && data['node'] === null && data['prompt_id'] === promptId);
  return { socket, messages, frames, until, ended };
}

/** Value below a path of keys; undefined when there is none. */
export function at(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of path) {
    current = (current as Record<string | number, JsonValue> | null | undefined)?.[key];
  }
  return current;
}
