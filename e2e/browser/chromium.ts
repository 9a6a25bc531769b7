// The browser of the machine: Chromium as Debian installs it, or the one that CHROMIUM_PATH names. Nothing is downloaded.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined when there is none: browser tests are then skipped. */
export const chromiumPath = [process.env['CHROMIUM_PATH'] ?? '', ...usualPlaces].find(path => existsSync(path));

export const skipReason = 'no Chromium: install it (apt-get install chromium) or name one with CHROMIUM_PATH';

/** Containers run everything as root, where Chromium's own sandbox refuses to start. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox', '--disable-gpu'] });
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and uncaught exceptions so far. */
  readonly errors: string[];
}

/** A new page with nothing stored, whose errors are collected. */
export async function openPage(
  browser: Browser,
  options: { colorScheme?: 'light' | 'dark'; width?: number; height?: number } = {},
): Promise<WatchedPage> {
  const { colorScheme = 'light', width = 1280, height = 860 } = options;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.setDefaultTimeout(45_000);
  const errors: string[] = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', error => errors.push(String(error)));
  return { page, errors };
}

/** Keeps a picture of the page when SNUG_SCREENSHOTS names a folder. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SNUG_SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
