import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { sendStartPageFile } from './start-page.ts';

const run = promisify(execFile);
const folder = new URL('./files/', import.meta.url);
const names = readdirSync(folder);
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8');

function appWithPage() {
  const app = Fastify();
  app.get('/:name', (request, reply) => sendStartPageFile(request, reply, (request.params as { name: string }).name));
  return app;
}

describe('files of the start page', () => {
  it.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['main.js', 'application/javascript; charset=utf-8'],
    ['style.css', 'text/css'],
    ['mark.svg', 'image/svg+xml'],
  ])('%s is sent as %s, compressed for those who take it', async (name, type) => {
    const app = appWithPage();
    const plain = await app.inject({ url: `/${name}` });
    expect(plain.headers['content-type']).toBe(type);
    expect(plain.body).toBe(textOf(name));
    const small = await app.inject({ url: `/${name}`, headers: { 'accept-encoding': 'br, gzip' } });
    expect(small.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(small.rawPayload.length).toBeLessThan(plain.rawPayload.length);
  });

  it('are not sent again to a browser that has them', async () => {
    const app = appWithPage();
    const { headers } = await app.inject({ url: '/main.js' });
    const again = await app.inject({ url: '/main.js', headers: { 'if-none-match': String(headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each(['start-page.ts', '..%2Fstart-page.ts', 'missing.js'])('%s is none of them', async name => {
    expect((await appWithPage().inject({ url: `/${name}` })).statusCode).toBe(404);
  });

  it('are small, ask no other server and never make markup of data', () => {
    const compressed = names.reduce((size, name) => size + gzipSync(textOf(name), { level: 9 }).length, 0);
    expect(compressed).toBeLessThan(40_000);
    for (const name of names) {
      const addresses = textOf(name)
        .replaceAll('http://www.w3.org/2000/svg', '')
        .match(/\b(https?|wss?):\/\//);
      expect(addresses, name).toBeNull();
      expect(textOf(name), name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
      expect(textOf(name), name).not.toMatch(/(src|href)="\//);
    }
  });

  it('have the example of the repository', () => {
    const example = readFileSync(new URL('../../../examples/demo.json', import.meta.url), 'utf8');
    expect(textOf('example.json')).toBe(example);
  });

  it('pass the type checker', async () => {
    const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
    const project = fileURLToPath(new URL('./tsconfig.json', import.meta.url));
    const { stdout } = await run(process.execPath, [compiler, '-p', project]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
