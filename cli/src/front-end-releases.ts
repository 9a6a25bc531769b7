// Finds and downloads a release through the interface that GitHub has for them (docs.github.com, "Releases"). Nothing that
// comes over the network is trusted: names, sizes and the checksum are checked, and no answer may be endless.
import { createHash } from 'node:crypto';
import { reasonOf } from './errors.ts';
import type { FrontEndVersion } from './front-end-version.ts';
import { snugVersion } from './version.ts';

/** A release with the archive of the built front end. */
export interface FrontEndRelease {
  /** Version without a `v` in front; safe as the name of a folder. */
  readonly version: string;
  readonly archiveUrl: string;
  /** Lower-case hex of the archive; null when the release does not say. */
  readonly sha256: string | null;
}

export const RELEASES_API = 'https://api.github.com';

const ARCHIVE_NAME = 'dist.zip';
const MAX_ARCHIVE_BYTES = 512 * 2 ** 20;
const MAX_ANSWER_BYTES = 32 * 2 ** 20;
const ASK_LIMIT_MS = 30_000;
const DOWNLOAD_LIMIT_MS = 600_000;

/** @throws Error with a reason for people when there is no such release or it has no archive. */
export async function findRelease(wanted: FrontEndVersion, apiBase: string): Promise<FrontEndRelease> {
  const releases = `${apiBase}/repos/${wanted.owner}/${wanted.repo}/releases`;
  if (wanted.version === 'latest') return releaseOf(await askJson(`${releases}/latest`), apiBase);
  if (wanted.version === 'prerelease') {
    const list = await askJson(`${releases}?per_page=30`);
    const newest = Array.isArray(list) ? list.find(release => member(release, 'prerelease') === true) : undefined;
    if (newest === undefined) throw new Error('there is no pre-release');
    return releaseOf(newest, apiBase);
  }
  // Tags are written with a `v` or without.
  const tagged = await askJson(`${releases}/tags/v${wanted.version}`).catch((error: unknown) => {
    if (reasonOf(error) !== NOT_FOUND) throw error;
    return askJson(`${releases}/tags/${wanted.version}`);
  });
  return releaseOf(tagged, apiBase);
}

/** The bytes of the archive. @throws Error when they do not arrive whole. */
export async function downloadArchive({ archiveUrl, sha256 }: FrontEndRelease): Promise<Uint8Array> {
  const bytes = await ask(archiveUrl, {
    accept: 'application/octet-stream',
    limitBytes: MAX_ARCHIVE_BYTES,
    limitMs: DOWNLOAD_LIMIT_MS,
  });
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== null && actual !== sha256) throw new Error(`its checksum is ${actual} instead of ${sha256}`);
  return bytes;
}

function releaseOf(release: unknown, apiBase: string): FrontEndRelease {
  const tag = member(release, 'tag_name');
  const version = typeof tag === 'string' ? tag.replace(/^v(?=\d)/, '') : '';
  if (!/^[a-z0-9][\w.+-]{0,99}$/i.test(version)) throw new Error('the release has no usable tag');
  const assets = member(release, 'assets');
  const archive = Array.isArray(assets) ? assets.find(asset => member(asset, 'name') === ARCHIVE_NAME) : undefined;
  const archiveUrl = member(archive, 'browser_download_url');
  if (typeof archiveUrl !== 'string') throw new Error(`the release ${version} has no ${ARCHIVE_NAME}`);
  const isFromApi = new URL(archiveUrl).origin === new URL(apiBase).origin;
  if (!isFromApi && !archiveUrl.startsWith('https://')) throw new Error(`${archiveUrl} is no https address`);
  const digest = member(archive, 'digest');
  const sha256 = typeof digest === 'string' ? /^sha256:([0-9a-f]{64})$/i.exec(digest)?.[1]?.toLowerCase() : undefined;
  return { version, archiveUrl, sha256: sha256 ?? null };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

const NOT_FOUND = 'there is no such release';

async function askJson(url: string): Promise<unknown> {
  const bytes = await ask(url, {
    accept: 'application/vnd.github+json',
    limitBytes: MAX_ANSWER_BYTES,
    limitMs: ASK_LIMIT_MS,
  });
  return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
}

interface AskOptions {
  readonly accept: string;
  readonly limitBytes: number;
  readonly limitMs: number;
}

async function ask(url: string, { accept, limitBytes, limitMs }: AskOptions): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(limitMs);
  const response = await fetch(url, { signal, headers: { accept, 'user-agent': `snug/${snugVersion}` } }).catch(
    (error: unknown) => {
      // fetch itself only says that it failed; the reason stands behind it.
      const { cause } = error as { cause?: unknown };
      throw new Error(`${new URL(url).host} cannot be reached: ${reasonOf(cause ?? error)}`, { cause: error });
    },
  );
  if (!response.ok) await response.body?.cancel();
  if (response.status === 404) throw new Error(NOT_FOUND);
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status} ${response.statusText}`);
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of response.body ?? []) {
    received += chunk.length;
    if (received > limitBytes) throw new Error(`the answer is longer than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
