// The page at `/` in a real browser against the real server: from a click to a visible picture, and everything around it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { demoModels, demoPrompt } from '../clients/demo-prompt.ts';
import { slowPrompt } from '../prompts.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { chromiumPath, keepScreenshot, launchChromium, openPage, skipReason } from './chromium.ts';
import { dropFile, flawsOf, hasFocusIn, newestPicture, otherResultThan, pasteText } from './page-scripts.ts';
import { startSubPathProxy } from './sub-path-proxy.ts';

if (chromiumPath === undefined) console.warn(`Skipping the browser tests: ${skipReason}`);

let browser: Browser;
let server: ServerProcess;

async function visit(url = server.url, options: Parameters<typeof openPage>[1] = {}) {
  const watched = await openPage(browser, options);
  onTestFinished(() => watched.page.close());
  await watched.page.goto(url);
  await ready(watched.page);
  return watched;
}

const ready = (page: Page) => page.waitForSelector('#status[data-state=idle]');
const problem = (page: Page) => page.locator('#problems').textContent();
const json = (document: unknown) => Buffer.from(JSON.stringify(document));

function dropJson(page: Page, document: unknown, name = 'workflow.json') {
  return dropFile(page, { name, type: 'application/json', bytes: json(document) });
}

/** Runs what the form shows and waits until the newest result is another one. */
async function runToResult(page: Page): Promise<void> {
  const newest = page.locator('#results > li').first();
  const before = (await newest.count()) === 0 ? null : await newest.getAttribute('data-key');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await otherResultThan(page, before);
}

describe.skipIf(chromiumPath === undefined)('the start page', () => {
  beforeAll(async () => {
    [browser, server] = await Promise.all([
      launchChromium(),
      // With the strictest content policy: the page needs nothing from elsewhere.
      startServerProcess({
        flags: ['--models-directory', demoModels, '--disable-api-nodes'],
        packs: ['test-nodes.mjs'],
      }),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  it('draws the example to a visible picture, with progress and preview on the way', async () => {
    const { page, errors } = await visit();
    await page.getByRole('button', { name: 'Try the example' }).click();
    await page.getByLabel('Prompt', { exact: true }).fill('a penguin on a green background');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('#running .preview:not([hidden])').waitFor();
    await keepScreenshot(page, 'running');
    expect(await page.locator('#running .step').textContent()).toMatch(/Sampler\s+step \d+ of 20/);
    expect(await page.locator('#running .summary').textContent()).toBe('a penguin on a green background');
    await page.locator('#results img').first().waitFor();
    await ready(page);

    const { width, height, colours } = await newestPicture(page);
    expect([width, height]).toEqual([128, 128]);
    expect(colours).toBeGreaterThan(500);
    expect(await page.locator('#results img').first().getAttribute('alt')).toBe('a penguin on a green background');
    await page.getByText('Nothing is running.').waitFor();
    expect(await page.locator('#about').textContent()).toMatch(/on Node\.js .* speaks ComfyUI .* GB free/);
    expect(errors).toEqual([]);
  });

  it('opens a result in full size, by keyboard too, and offers it for download', async () => {
    const { page, errors } = await visit();
    await page.locator('#results button').first().focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('128 × 128').waitFor();
    await keepScreenshot(page, 'viewer');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^snug-demo_\d{5}_\.png$/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await hasFocusIn(page, '#results')).toBe(true);
    expect(errors).toEqual([]);
  });

  it('runs a dropped picture again with another seed', async () => {
    const { page, errors } = await visit();
    const source = await page.locator('#results img').first().getAttribute('src');
    const picture = await fetch(new URL(source ?? '', server.url));
    await dropFile(page, { name: 'mine.png', type: 'image/png', bytes: new Uint8Array(await picture.arrayBuffer()) });
    await page.getByText('mine.png').waitFor();
    expect(await page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('a penguin on a green background');
    // More digits than a double holds.
    await page.getByLabel('Seed').fill('18446744073709551615');
    await runToResult(page);
    await page.locator('#results button').first().click();
    await page.getByRole('dialog').getByText('18446744073709551615').waitFor();
    expect(errors).toEqual([]);
  });

  it('runs a dropped workflow of the editor', async () => {
    const { page, errors } = await visit();
    const workflow = {
      version: 0.4,
      last_node_id: 2,
      last_link_id: 1,
      nodes: [
        {
          id: 1,
          type: 'EmptyImage',
          pos: [0, 0],
          size: [200, 100],
          mode: 0,
          inputs: [],
          outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1] }],
          widgets_values: [48, 32, 1, 0x3366ff],
        },
        {
          id: 2,
          type: 'SaveImage',
          pos: [300, 0],
          size: [200, 100],
          mode: 0,
          inputs: [{ name: 'images', type: 'IMAGE', link: 1 }],
          outputs: [],
          widgets_values: ['from-editor'],
        },
      ],
      links: [[1, 1, 0, 2, 0, 'IMAGE']],
      groups: [],
    };
    await dropJson(page, workflow, 'editor.json');
    await runToResult(page);
    expect(await newestPicture(page)).toEqual({ width: 48, height: 32, colours: 1 });
    expect(errors).toEqual([]);
  });

  it('says in words what is wrong with a file or a prompt', async () => {
    const { page } = await visit();
    await dropFile(page, { name: 'notes.json', type: 'application/json', bytes: Buffer.from('{ not json') });
    await expect.poll(() => problem(page)).toBe('“notes.json” is not a workflow: it cannot be read as JSON.');
    await dropFile(page, { name: 'photo.png', type: 'image/png', bytes: Buffer.from('89504e470d0a1a0a', 'hex') });
    await expect.poll(() => problem(page)).toContain('“photo.png” has no workflow inside.');

    const prompt = demoPrompt();
    prompt['1']!.inputs['ckpt_name'] = 'missing.safetensors';
    prompt['5']!.inputs['steps'] = 0;
    await dropJson(page, prompt);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => problem(page)).toContain('“steps” is 0; the smallest is 1.');
    const words = await problem(page);
    expect(words).toContain('Checkpoint (CheckpointLoaderSimple)');
    expect(words).toContain('The file “missing.safetensors” is not there. There is: snug-demo.safetensors.');
    await keepScreenshot(page, 'problems');

    await dropJson(page, { '1': { class_type: 'NoSuchNode', inputs: {} } });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => problem(page)).toContain('NoSuchNode');
  });

  it('takes a pasted prompt', async () => {
    const { page } = await visit();
    await pasteText(page, JSON.stringify(demoPrompt()));
    await page.getByText('Pasted text').waitFor();
    expect(await page.getByLabel('Seed').inputValue()).toBe('7');
  });

  it('cancels what waits and interrupts what runs, whoever sent it', async () => {
    const { page, errors } = await visit();
    for (const prefix of ['one', 'two']) {
      await fetch(`${server.url}/prompt`, {
        method: 'POST',
        body: json({ prompt: slowPrompt(60_000, prefix), client_id: 'script' }),
      });
    }
    await page.getByText('for another client').waitFor();
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await expect.poll(() => page.locator('#waiting li').count()).toBe(0);
    await page.getByRole('button', { name: 'Interrupt' }).click();
    await ready(page);
    expect(errors).toEqual([]);
  });

  it('shows steps and previews of what another client runs', async () => {
    const { page, errors } = await visit();
    const prompt = demoPrompt();
    prompt['5']!.inputs['seed'] = 4711;
    await fetch(`${server.url}/prompt`, {
      method: 'POST',
      body: json({ prompt, client_id: 'script', extra_data: { preview_method: 'latent2rgb' } }),
    });
    await page.locator('#running .preview:not([hidden])').waitFor();
    expect(await page.locator('#running .step').textContent()).toMatch(/Sampler\s+step \d+ of 20/);
    await ready(page);
    expect(errors).toEqual([]);
  });

  it('shows a run that failed and offers to change it', async () => {
    const { page } = await visit();
    const failing = { ...slowPrompt(10), '3': { class_type: 'TestCrash', inputs: { image: ['1', 0], how: 'kill' } } };
    await dropJson(page, failing);
    await runToResult(page);
    await page.locator('#results .failure').first().click();
    await page.getByRole('dialog').getByText('The worker process died').waitFor();
    await keepScreenshot(page, 'failure');
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByText('Failed prompt').waitFor();
  });

  it('comes back by itself when the server was away', async () => {
    const first = await startServerProcess();
    const { page, errors } = await visit(first.url);
    await page.getByText('No checkpoint is installed yet.').waitFor();
    await first.end('SIGTERM');
    await page.waitForSelector('#status[data-state=lost]');
    await using second = await startServerProcess({ base: first.base, port: Number(new URL(first.url).port) });
    expect(second.url).toBe(first.url);
    await ready(page);
    await dropJson(page, {
      '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 0 } },
      '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    });
    await runToResult(page);
    // The browser itself reports attempts that found nobody.
    expect(errors.filter(text => !text.includes('ERR_CONNECTION'))).toEqual([]);
  });

  it('works below any path of a proxy', async () => {
    await using proxy = await startSubPathProxy(server.url, '/pictures/snug/');
    const { page, errors } = await visit(proxy.url);
    await page.getByRole('button', { name: 'Try the example' }).click();
    await runToResult(page);
    expect((await newestPicture(page)).width).toBe(128);
    expect(errors).toEqual([]);
    await page.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('is complete in %s at a width of %i', async (colorScheme, width) => {
    const { page, errors } = await visit(server.url, { colorScheme, width, height: 800 });
    await page.getByRole('button', { name: 'Try the example' }).click();
    await keepScreenshot(page, `${colorScheme}-${width}`);
    expect(await flawsOf(page)).toEqual({ isTooWide: false, nameless: 0, textless: 0 });
    expect(errors).toEqual([]);
  });
});
