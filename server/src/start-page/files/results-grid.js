// The last results, newest first: one card per file, one per failure.
import { byId, element, updateList } from './elements.js';
import { failureOf } from './problems.js';
import { summaryOf } from './prompt-fields.js';
import { get, viewUrl } from './server-api.js';

const SHOWN_PROMPTS = 24;

/**
 * @typedef {{
 *   key: string, kind: 'image' | 'video' | 'audio' | 'file' | 'text' | 'failure', name: string, url: string,
 *   text: string, prompt: import('./workflow-file.js').Prompt, workflow: any, failure?: import('./problems.js').Problem,
 * }} Result
 */

/** @param {string} name @returns {Result['kind']} */
function kindOf(name) {
  if (/\.(png|jpe?g|webp|gif|avif|apng|bmp|svg)$/i.test(name)) return 'image';
  if (/\.(mp4|webm|mov|mkv)$/i.test(name)) return 'video';
  return /\.(wav|mp3|flac|opus|ogg|m4a)$/i.test(name) ? 'audio' : 'file';
}

/**
 * @param {string} id
 * @param {any} entry of the history
 * @returns {Result[]}
 */
function resultsOf(id, entry) {
  const [, , prompt, extraData] = entry.prompt;
  const shared = { url: '', name: '', prompt, workflow: extraData?.extra_pnginfo?.workflow, text: summaryOf(prompt) };
  const files = Object.entries(entry.outputs).flatMap(([node, output]) =>
    Object.values(output ?? {})
      .flat()
      .flatMap((/** @type {any} */ item, /** @type {number} */ index) => {
        const key = `${id}/${node}/${index}`;
        if (typeof item === 'string') return [{ ...shared, key, kind: /** @type {const} */ ('text'), text: item }];
        if (typeof item?.filename !== 'string') return [];
        return [{ ...shared, key, kind: kindOf(item.filename), name: item.filename, url: viewUrl(item) }];
      }),
  );
  if (entry.status?.status_str !== 'error') return files;
  const isInterrupted = entry.status.messages.some((/** @type {any} */ [type]) => type === 'execution_interrupted');
  return isInterrupted ? files : [...files, { ...shared, key: id, kind: 'failure', failure: failureOf(entry) }];
}

export class ResultsGrid {
  /** @type {Result[]} */
  #results = [];
  #onOpen;

  /** @param {(results: readonly Result[], index: number) => void} onOpen */
  constructor(onOpen) {
    this.#onOpen = onOpen;
  }

  async refresh() {
    const history = await get(`history?max_items=${SHOWN_PROMPTS}`);
    // Ids that are digits would come first in an object, whenever they ran.
    const entries = Object.entries(history).sort(([, a], [, b]) => endOf(b) - endOf(a));
    this.#results = entries.flatMap(([id, entry]) => resultsOf(id, entry));
    updateList(
      byId('results'),
      this.#results,
      ({ key }) => key,
      result => this.#card(result),
    );
    byId('results-empty').hidden = this.#results.length > 0;
  }

  /** @param {Result} result */
  #card(result) {
    const open = () => {
      const index = this.#results.findIndex(({ key }) => key === result.key);
      this.#onOpen(this.#results, index);
    };
    const label = `${result.failure?.title ?? `Open ${result.name || 'text'}`}: ${result.text}`;
    const button = element('button', { type: 'button', 'aria-label': label, onclick: open }, thumbnailOf(result));
    return element('li', {}, button);
  }
}

/** @param {any} entry */
function endOf(entry) {
  return entry.status?.messages?.at(-1)?.[1]?.timestamp ?? 0;
}

/** @param {Result} result */
function thumbnailOf({ kind, url, text, name, failure }) {
  if (kind === 'image') return element('img', { src: url, alt: text || name, loading: 'lazy', decoding: 'async' });
  if (kind === 'video') return element('video', { src: url, muted: true, preload: 'metadata' });
  if (kind === 'failure') {
    return element('span', { class: 'tile failure' }, element('strong', {}, failure?.title), '\n', failure?.lines[0]);
  }
  return element('span', { class: 'tile' }, kind === 'text' ? text : name);
}
