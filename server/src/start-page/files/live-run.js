// The prompt that runs: which node, how far, and the picture as it emerges.
import { byId, element } from './elements.js';
import { nodeName, summaryOf } from './prompt-fields.js';
import { post } from './server-api.js';

/** @typedef {import('./workflow-file.js').Prompt} Prompt */
/** @typedef {{ id: string, prompt?: Prompt, isForeign?: boolean }} RunningJob */

export class LiveRun {
  /** @type {RunningJob | undefined} */
  #job;
  /** @type {Record<string, any>} */
  #nodes = {};
  /** @type {any} */
  #parts;
  #pictureUrl = '';

  /** Id of the prompt that is shown. */
  get id() {
    return this.#job?.id;
  }

  /** @param {RunningJob | undefined} job */
  show(job) {
    if (job?.id === this.#job?.id) return;
    this.#job = job;
    this.#nodes = {};
    this.#dropPicture();
    const place = byId('running');
    if (job === undefined) {
      this.#parts = undefined;
      place.replaceChildren();
      return;
    }
    const label = element('span', {}, 'Running');
    const count = element('span', { class: 'soft' });
    const bar = element('progress', { 'aria-label': 'Progress of the running node' });
    const picture = element('img', { class: 'preview', alt: 'Preview of the picture in the making', hidden: true });
    const stop = element('button', { type: 'button', onclick: () => this.#interrupt(stop) }, 'Interrupt');
    this.#parts = { label, count, bar, picture };
    place.replaceChildren(
      element(
        'article',
        { class: 'running' },
        picture,
        element(
          'div',
          { class: 'now' },
          element('p', { class: 'summary' }, summaryOf(job.prompt)),
          job.isForeign && element('p', { class: 'soft' }, 'for another client'),
          element('p', { class: 'step' }, label, ' ', count),
          bar,
          element('p', {}, stop),
        ),
      ),
    );
  }

  /**
   * @param {string} type
   * @param {any} data
   */
  hear(type, data) {
    if (data.prompt_id !== this.#job?.id) return;
    if (type === 'progress_state') this.#nodes = data.nodes;
    else if (type === 'progress') this.#nodes[data.node] = { ...this.#nodes[data.node], state: 'running', ...data };
    else return;
    this.#draw();
  }

  /** @param {{ picture: Blob, promptId?: string }} preview */
  preview({ picture, promptId }) {
    if (this.#parts === undefined || (promptId !== undefined && promptId !== this.id)) return;
    const old = this.#pictureUrl;
    this.#pictureUrl = URL.createObjectURL(picture);
    this.#parts.picture.src = this.#pictureUrl;
    this.#parts.picture.hidden = false;
    URL.revokeObjectURL(old);
  }

  #draw() {
    const { label, count, bar } = this.#parts;
    const all = Object.entries(this.#nodes);
    const [id, node] = all.findLast(([, { state }]) => state === 'running') ?? all.at(-1) ?? [];
    if (node === undefined) return;
    const hasSteps = node.max > 1;
    label.textContent = nodeName(this.#job?.prompt, node.display_node_id ?? id);
    const total = Object.keys(this.#job?.prompt ?? {}).length;
    count.textContent = hasSteps
      ? `step ${node.value} of ${node.max}`
      : total > 0
        ? `node ${Math.min(all.length, total)} of ${total}`
        : '';
    if (hasSteps) {
      bar.max = node.max;
      bar.value = node.value;
    } else bar.removeAttribute('value');
  }

  /** @param {HTMLButtonElement} button */
  async #interrupt(button) {
    button.disabled = true;
    button.textContent = 'Stopping';
    await post('interrupt', { prompt_id: this.id }).catch(() => {
      button.disabled = false;
      button.textContent = 'Interrupt';
    });
  }

  #dropPicture() {
    URL.revokeObjectURL(this.#pictureUrl);
    this.#pictureUrl = '';
  }
}
