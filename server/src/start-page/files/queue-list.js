// The queue: what runs and what waits, with a way out for each.
import { byId, element, updateList } from './elements.js';
import { summaryOf } from './prompt-fields.js';
import { get, post } from './server-api.js';

/** @typedef {{ prompt?: import('./workflow-file.js').Prompt, isForeign?: boolean }} Submission */

/** A long queue is counted, not listed. */
const SHOWN = 20;

export class QueueList {
  /** Jobs by id: what they run never changes, and lists of jobs do not have it. @type {Map<string, Promise<Submission>>} */
  #submissions = new Map();
  #clientId;
  #live;

  /**
   * @param {string} clientId
   * @param {import('./live-run.js').LiveRun} live
   */
  constructor(clientId, live) {
    this.#clientId = clientId;
    this.#live = live;
    byId('clear-queue').addEventListener('click', () => void post('queue', { clear: true }).catch(() => {}));
  }

  async refresh() {
    const [running, waiting] = await Promise.all([
      get('api/jobs?status=in_progress&limit=1'),
      get(`api/jobs?status=pending&sort_order=asc&limit=${SHOWN}`),
    ]);
    const [job] = running.jobs;
    /** @type {Map<string, Submission>} */
    const submissions = new Map();
    const ids = [...running.jobs, ...waiting.jobs].map(({ id }) => id);
    await Promise.all(ids.map(async id => submissions.set(id, await this.#submissionOf(id))));
    for (const id of this.#submissions.keys()) if (!submissions.has(id)) this.#submissions.delete(id);
    this.#live.show(job && { id: job.id, ...submissions.get(job.id) });
    const jobs = [...waiting.jobs].sort((a, b) => a.priority - b.priority);
    const makeRow = (/** @type {{ id: string }} */ { id }) => waitingRow(id, summaryOf(submissions.get(id)?.prompt));
    updateList(byId('waiting'), jobs, ({ id }) => id, makeRow);
    const more = waiting.pagination.total - jobs.length;
    byId('waiting').dataset.more = more > 0 ? `and ${more} more` : '';
    byId('clear-queue').hidden = jobs.length === 0;
    byId('queue-empty').hidden = job !== undefined || jobs.length > 0;
  }

  /** @param {string} id */
  #submissionOf(id) {
    const known = this.#submissions.get(id);
    if (known !== undefined) return known;
    const asked = get(`api/jobs/${encodeURIComponent(id)}`).then(
      ({ workflow }) => {
        const client = workflow?.extra_data?.client_id;
        return { prompt: workflow?.prompt, isForeign: client !== undefined && client !== this.#clientId };
      },
      () => ({}), // It ended meanwhile.
    );
    this.#submissions.set(id, asked);
    return asked;
  }
}

/**
 * @param {string} id
 * @param {string} summary
 */
function waitingRow(id, summary) {
  const cancel = () => void post('queue', { delete: [id] }).catch(() => {});
  return element(
    'li',
    {},
    element('span', { class: 'summary' }, summary),
    element(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': `Cancel: ${summary}`, onclick: cancel },
      'Cancel',
    ),
  );
}
