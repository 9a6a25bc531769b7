// What tests do inside the page. The scripts are texts, because the compiler of the tests does not know the browser's types.
import type { Page } from 'playwright-core';

export interface DroppedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Drops a file onto the page as a hand would. */
export async function dropFile(page: Page, { name, type, bytes }: DroppedFile): Promise<void> {
  const base64 = Buffer.from(bytes).toString('base64');
  const transfer = await page.evaluateHandle(`(() => {
    const data = Uint8Array.from(atob(${JSON.stringify(base64)}), character => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([data], ${JSON.stringify(name)}, { type: ${JSON.stringify(type)} }));
    return transfer;
  })()`);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Pastes a text beside all fields. */
export function pasteText(page: Page, text: string): Promise<void> {
  return page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', ${JSON.stringify(text)});
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  })()`);
}

/** Resolves when the newest result is another one than that of this key. */
export async function otherResultThan(page: Page, key: string | null): Promise<void> {
  await page.waitForFunction(`(() => {
    const newest = document.querySelector('#results > li');
    return newest !== null && newest.dataset.key !== ${JSON.stringify(key)};
  })()`);
}

export interface PaintedPicture {
  readonly width: number;
  readonly height: number;
  /** How many different ones its pixels have. */
  readonly colours: number;
}

/** The newest result as the browser painted it. */
export function newestPicture(page: Page): Promise<PaintedPicture> {
  return page.evaluate<PaintedPicture>(`(async () => {
    const image = document.querySelector('#results img');
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { width: canvas.width, height: canvas.height, colours: new Set(new Uint32Array(data.buffer)).size };
  })()`);
}

/** True when the keyboard is at an element that fits the selector, or inside one. */
export function hasFocusIn(page: Page, selector: string): Promise<boolean> {
  return page.evaluate(`document.activeElement.closest(${JSON.stringify(selector)}) !== null`);
}

export interface Flaws {
  /** The page is wider than its window. */
  readonly isTooWide: boolean;
  /** Controls without a name for screen readers. */
  readonly nameless: number;
  /** Pictures without a text instead. */
  readonly textless: number;
}

export function flawsOf(page: Page): Promise<Flaws> {
  return page.evaluate<Flaws>(`(() => {
    const namesOf = control => [
      control.getAttribute('aria-label'),
      control.textContent,
      ...[...(control.labels ?? [])].map(label => label.textContent),
    ];
    const controls = [...document.querySelectorAll('button, a, input, textarea, select')];
    return {
      isTooWide: document.documentElement.scrollWidth > innerWidth,
      nameless: controls.filter(control => namesOf(control).every(name => (name ?? '').trim() === '')).length,
      textless: document.querySelectorAll('img:not([alt])').length,
    };
  })()`);
}
