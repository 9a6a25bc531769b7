// One result in full size: how it was made, how to keep it, how to make another.
import { byId, element } from './elements.js';
import { fieldsOf } from './prompt-fields.js';

/** @typedef {import('./results-grid.js').Result} Result */

export class Viewer {
  /** @type {readonly Result[]} */
  #results = [];
  #index = 0;
  #onReuse;

  /** @param {(draft: import('./workflow-file.js').Draft) => void} onReuse */
  constructor(onReuse) {
    this.#onReuse = onReuse;
    const dialog = byId('viewer');
    dialog.addEventListener('keydown', (/** @type {KeyboardEvent} */ { key }) => {
      if (key === 'ArrowRight') this.#turn(1);
      if (key === 'ArrowLeft') this.#turn(-1);
    });
    dialog.addEventListener('click', (/** @type {Event} */ { target }) => {
      if (target === dialog) dialog.close(); // Beside the picture.
    });
    dialog.addEventListener('close', () => dialog.replaceChildren());
  }

  /**
   * @param {readonly Result[]} results
   * @param {number} index
   */
  open(results, index) {
    this.#results = results;
    this.#index = index;
    this.#draw();
    byId('viewer').showModal();
  }

  /** @param {number} step */
  #turn(step) {
    const next = this.#index + step;
    if (next < 0 || next >= this.#results.length) return;
    this.#index = next;
    this.#draw();
  }

  #draw() {
    const result = this.#results[this.#index];
    if (result === undefined) return;
    const dialog = byId('viewer');
    const size = element('span');
    const media = mediaOf(result);
    if (result.kind === 'image') {
      media.addEventListener('load', () => size.replaceChildren(`${media.naturalWidth} × ${media.naturalHeight}`));
    }
    const reuse = () => {
      dialog.close();
      this.#onReuse({
        name: result.name || (result.failure ? 'Failed prompt' : 'Earlier prompt'),
        prompt: result.prompt,
        workflow: result.workflow,
      });
    };
    const turn = (/** @type {number} */ step, /** @type {string} */ name, /** @type {string} */ sign) => {
      const isEnd = this.#results[this.#index + step] === undefined;
      return element(
        'button',
        { type: 'button', 'aria-label': name, disabled: isEnd, onclick: () => this.#turn(step) },
        sign,
      );
    };
    dialog.replaceChildren(
      element('figure', {}, media),
      element(
        'div',
        { class: 'details' },
        element(
          'div',
          { class: 'between' },
          element('div', { class: 'buttons' }, turn(-1, 'Newer', '←'), turn(1, 'Older', '→')),
          element('button', { type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() }, '✕'),
        ),
        element('h2', { id: 'viewer-title' }, result.failure?.title ?? (result.name || 'Text')),
        element('p', { class: 'soft' }, size),
        element(
          'dl',
          {},
          ...fieldsOf(result.prompt)
            .filter(({ value }) => value !== '')
            .flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, String(value))]),
        ),
        element(
          'div',
          { class: 'buttons' },
          ...linksTo(result),
          element('button', { type: 'button', onclick: reuse }, result.failure ? 'Change it' : 'Use again'),
        ),
        result.url !== '' && downloadHint(result),
      ),
    );
  }
}

/** @param {Result} result */
function mediaOf({ kind, url, text, name, failure }) {
  if (kind === 'failure') return element('p', { class: 'tile failure' }, failure?.lines.join('\n'));
  if (kind === 'image') return element('img', { src: url, alt: text || name });
  if (kind === 'video') return element('video', { src: url, controls: true, loop: true });
  if (kind === 'audio') return element('audio', { src: url, controls: true });
  return element('p', { class: 'tile' }, kind === 'text' ? text : name);
}

/** @param {Result} result */
function linksTo({ url, name }) {
  if (url === '') return [];
  return [
    element('a', { class: 'button primary', href: url, download: name }, 'Download'),
    element('a', { class: 'button', href: url, target: '_blank', rel: 'noopener' }, 'Open original'),
  ];
}

/** @param {Result} result */
function downloadHint({ url, name }) {
  const command = `curl -o '${name.replaceAll("'", "'\\''")}' '${new URL(url, document.baseURI)}'`;
  return element('details', {}, element('summary', {}, 'From a terminal'), element('pre', { tabindex: '0' }, command));
}
