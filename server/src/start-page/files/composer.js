// The part of the page that runs prompts: takes files, dropped or pasted, shows what can be changed, sends it, and says in
// words what is wrong.
import { byId, element } from './elements.js';
import { ExactNumber } from './lossless-json.js';
import { nodeProblems, problemsOf } from './problems.js';
import { fieldsOf, randomSeed, summaryOf } from './prompt-fields.js';
import { get, post } from './server-api.js';
import { draftOfText, readWorkflowFile } from './workflow-file.js';

/** @typedef {import('./workflow-file.js').Draft} Draft */
/** @typedef {import('./prompt-fields.js').Field} Field */

const EXAMPLE_CHECKPOINT = 'snug-demo.safetensors';

export class Composer {
  #clientId;
  /** @type {Draft | undefined} */
  #draft;
  /** @type {{ field: Field, control: any }[]} */
  #controls = [];
  /** @type {string[]} */
  #checkpoints = [];
  #isSeedFresh = true;

  /** @param {string} clientId */
  constructor(clientId) {
    this.#clientId = clientId;
    const file = byId('file');
    file.addEventListener('change', () => {
      this.#takeFile(file.files[0]);
      file.value = ''; // The same file can be chosen again.
    });
    byId('example').addEventListener('click', () => void this.#showExample());
    byId('prompt-form').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.#run();
    });
    this.#acceptDrops();
    addEventListener('paste', event => this.#paste(event));
  }

  /** Asks which checkpoints there are, for the example and the choice in prompts. */
  async refresh() {
    const info = await get('object_info/CheckpointLoaderSimple');
    const [names, options] = info.CheckpointLoaderSimple?.input.required.ckpt_name ?? [];
    this.#checkpoints = Array.isArray(names) ? names : (options?.options ?? []);
    byId('example').hidden = this.#checkpoints.length === 0;
    byId('no-models').hidden = this.#checkpoints.length > 0;
  }

  /**
   * Shows a draft to be changed and run; a workflow of an editor is converted first.
   * @param {Draft} draft
   */
  async show(draft) {
    try {
      if (draft.prompt !== undefined) {
        this.#draw(draft);
        return;
      }
      const { prompt, problems } = await post('workflow/convert', draft.workflow);
      this.#draw({ ...draft, prompt });
      const lines = problems.map((/** @type {{ message: string }} */ { message }) => message);
      if (lines.length > 0)
        this.#showProblems([{ title: 'The workflow was converted, with remarks.', lines, isNote: true }]);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {Draft} draft */
  #draw(draft) {
    this.#draft = draft;
    this.#isSeedFresh = false;
    byId('problems').replaceChildren();
    const form = byId('prompt-form');
    this.#controls = fieldsOf(draft.prompt ?? {}).map(field => this.#controlOf(field));
    const hint = this.#controls.length > 0 ? '' : `${summaryOf(draft.prompt)}, nothing to fill in.`;
    form.replaceChildren(
      element('p', { class: 'draft-name' }, element('span', {}, draft.name), this.#discardButton()),
      ...this.#controls.map(({ field, control }) => this.#row(field, control)),
      ...(hint ? [element('p', { class: 'soft' }, hint)] : []),
      element('button', { type: 'submit', class: 'primary' }, 'Run'),
    );
    form.hidden = false;
    byId('drop-zone').classList.add('compact');
    form.querySelector('textarea, button[type=submit]').focus({ preventScroll: true });
    byId('composer').scrollIntoView({ block: 'nearest' });
  }

  async #showExample() {
    const prompt = await get('example.json').catch(error => this.#fail(error));
    if (prompt === undefined) return;
    if (!this.#checkpoints.includes(EXAMPLE_CHECKPOINT)) {
      prompt['1'].inputs.ckpt_name = this.#checkpoints[0];
      Object.assign(prompt['4'].inputs, { width: 512, height: 512 });
    }
    await this.show({ name: 'Example', prompt });
  }

  /** @param {File | undefined} file */
  #takeFile(file) {
    if (file !== undefined) {
      readWorkflowFile(file).then(
        draft => this.show(draft),
        error => this.#fail(error),
      );
    }
  }

  #acceptDrops() {
    const page = document.documentElement;
    addEventListener('dragover', event => {
      event.preventDefault();
      page.classList.add('dropping');
    });
    addEventListener('dragleave', event => {
      if (event.relatedTarget === null) page.classList.remove('dropping');
    });
    addEventListener('drop', event => {
      event.preventDefault();
      page.classList.remove('dropping');
      this.#takeFile(event.dataTransfer?.files[0]);
    });
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea') !== null;
    const [file] = event.clipboardData?.files ?? [];
    const text = event.clipboardData?.getData('text') ?? '';
    if (file !== undefined) this.#takeFile(file);
    else if (!isTyping && text.trim() !== '') {
      try {
        void this.show(draftOfText('Pasted text', text));
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #discardButton() {
    const discard = () => {
      this.#draft = undefined;
      byId('prompt-form').hidden = true;
      byId('problems').replaceChildren();
      byId('drop-zone').classList.remove('compact');
    };
    return element(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': 'Put this prompt away', onclick: discard },
      '✕',
    );
  }

  /** @param {Field} field */
  #controlOf(field) {
    const id = `field-${field.id}-${field.input}`;
    if (field.kind === 'text') {
      const rows = field.value === '' ? 1 : Math.min(6, Math.max(2, Math.ceil(field.value.length / 44)));
      return { field, control: element('textarea', { id, rows, spellcheck: 'false', value: field.value }) };
    }
    if (field.kind === 'seed') {
      const pattern = { inputmode: 'numeric', pattern: '\\d{1,20}', required: true, autocomplete: 'off' };
      return { field, control: element('input', { id, ...pattern, value: String(field.value) }) };
    }
    const names = this.#checkpoints.includes(field.value) ? this.#checkpoints : [field.value, ...this.#checkpoints];
    const options = names.map(name => element('option', { value: name, selected: name === field.value }, name));
    return { field, control: element('select', { id }, ...options) };
  }

  /**
   * @param {Field} field
   * @param {any} control
   */
  #row({ kind, label }, control) {
    const name = element('label', { for: control.id }, label);
    if (kind !== 'seed') return element('div', { class: 'row' }, name, control);
    const fresh = element('input', {
      type: 'checkbox',
      onchange: () => {
        this.#isSeedFresh = fresh.checked;
      },
    });
    const note = element('label', { class: 'check' }, fresh, 'new for each run');
    return element('div', { class: 'row' }, element('div', { class: 'between' }, name, note), control);
  }

  /** The prompt with what was changed; other values stay as they were read. */
  #edited() {
    const { prompt = {}, workflow } = this.#draft ?? {};
    let isChanged = false;
    const nodes = Object.fromEntries(
      Object.entries(prompt).map(([id, node]) => [id, { ...node, inputs: { ...node.inputs } }]),
    );
    for (const { field, control } of this.#controls) {
      if (control.value === String(field.value)) continue;
      isChanged = true;
      /** @type {any} */ (nodes[field.id]).inputs[field.input] =
        field.kind === 'seed' ? new ExactNumber(BigInt(control.value).toString()) : control.value;
    }
    // The editor's document would no longer tell how the picture was made.
    return { prompt: nodes, workflow: isChanged ? undefined : workflow };
  }

  async #run() {
    byId('problems').replaceChildren();
    if (this.#isSeedFresh) {
      for (const { field, control } of this.#controls) if (field.kind === 'seed') control.value = String(randomSeed());
    }
    const button = byId('prompt-form').querySelector('[type=submit]');
    const { prompt, workflow } = this.#edited();
    button.disabled = true;
    try {
      const answer = await post('prompt', {
        prompt,
        client_id: this.#clientId,
        extra_data: { preview_method: 'auto', ...(workflow && { extra_pnginfo: { workflow } }) },
      });
      // Some outputs may be invalid while others run.
      this.#showProblems(nodeProblems(answer.node_errors, this.#draft?.prompt));
    } catch (error) {
      this.#fail(error);
    } finally {
      button.disabled = false;
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#showProblems(problemsOf(error, this.#draft?.prompt));
  }

  /** @param {readonly import('./problems.js').Problem[]} problems */
  #showProblems(problems) {
    byId('problems').replaceChildren(
      ...problems.map(({ title, lines, isNote }) =>
        element(
          'div',
          { class: isNote ? 'problem note' : 'problem' },
          element('strong', {}, title),
          ...lines.map(line => element('p', {}, line)),
        ),
      ),
    );
  }
}
