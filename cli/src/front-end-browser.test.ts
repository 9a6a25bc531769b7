import { expect, it } from 'vitest';
import { browserCommand, openBrowser } from './front-end-browser.ts';

it('names the program of each system', () => {
  const url = 'http://127.0.0.1:8188/?a=1&b=2';
  expect(browserCommand(url, 'linux')).toEqual(['xdg-open', url]);
  expect(browserCommand(url, 'darwin')).toEqual(['open', url]);
  expect(browserCommand(url, 'win32')).toEqual(['cmd', '/c', 'start', '""', 'http://127.0.0.1:8188/?a=1^&b=2']);
});

it.skipIf(process.platform === 'win32')('says when there is no such program', async () => {
  await expect(openBrowser('http://127.0.0.1:1', 'win32')).rejects.toMatchObject({ code: 'ENOENT' });
});
