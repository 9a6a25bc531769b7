import type { JsonObject, PublishedEvent } from '@snug/protocol';
import { expect, test } from 'vitest';
import { identifyingListener } from './identified-events.ts';
import type { OutputIdentifier } from './output-identifier.ts';

const executed = (promptId: string, output: JsonObject | null): PublishedEvent => ({
  kind: 'run',
  promptId,
  clientId: null,
  event: { type: 'executed', data: { node: '1', display_node: '1', output, prompt_id: promptId } },
});
const status = (remaining: number): PublishedEvent => ({ kind: 'queue', remaining });
const files = { images: [{ filename: 'a.png', subfolder: '', type: 'output' }] };

/** Answers when it is told to, one question after the other. */
class SlowIdentifier implements OutputIdentifier {
  readonly #questions: (() => void)[] = [];

  ofNode(_output: JsonObject, jobId: string): Promise<JsonObject> {
    return new Promise(resolve => {
      this.#questions.push(() => resolve({ images: [`of ${jobId}`] }));
    });
  }

  async ofPrompt(outputsJson: string): Promise<string> {
    return outputsJson;
  }

  async answer(): Promise<void> {
    this.#questions.shift()?.();
    await new Promise(setImmediate);
  }
}

function listening() {
  const identifier = new SlowIdentifier();
  const heard: unknown[] = [];
  const publish = identifyingListener(identifier, event => {
    if (event.kind === 'queue') heard.push(event.remaining);
    else heard.push(event.event.type === 'executed' ? event.event.data.output : event.event.type);
  });
  return { identifier, heard, publish };
}

test('events without files pass at once', () => {
  const { heard, publish } = listening();
  publish(status(1));
  publish(executed('p', null));
  publish(executed('p', { text: ['hello'], images: [{ filename: 't.png', subfolder: '', type: 'temp' }] }));
  expect(heard).toEqual([1, null, expect.objectContaining({ text: ['hello'] })]);
});

test('an event that tells of files waits for their ids, and later ones wait behind it', async () => {
  const { identifier, heard, publish } = listening();
  publish(executed('p', files));
  publish(status(2));
  publish(executed('q', files));
  publish(status(3));
  expect(heard).toEqual([]);
  await identifier.answer();
  expect(heard).toEqual([{ images: ['of p'] }, 2]);
  await identifier.answer();
  expect(heard).toEqual([{ images: ['of p'] }, 2, { images: ['of q'] }, 3]);
  publish(status(4));
  expect(heard.at(-1)).toBe(4);
});
