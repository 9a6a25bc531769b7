// `--front-end-version`: the folder of a release, downloaded once and kept below the user folder. Folders there that start
// with `__` are out of reach over HTTP. Without a network a release that was kept still works.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, reasonOf } from './errors.ts';
import { unpackFrontEnd } from './front-end-archive.ts';
import { downloadArchive, type FrontEndRelease, findRelease, RELEASES_API } from './front-end-releases.ts';
import { compareVersions, type FrontEndVersion, frontEndName } from './front-end-version.ts';

export interface FrontEndCacheOptions {
  /** Folder of the users. */
  readonly userFolder: string;
  /** Use what was kept, ask nobody. */
  readonly isOffline: boolean;
  /** Told what is going on, in sentences. */
  readonly onNotice: (notice: string) => void;
  /** Where releases are asked for. Default GitHub. */
  readonly apiBase?: string;
}

/**
 * Folder of the built front end.
 *
 * @throws {CliError} `FRONT_END_UNAVAILABLE` when it is neither kept nor can be fetched, `FRONT_END_UNUSABLE` when the
 * release is damaged or no front end.
 */
export async function provideFrontEnd(wanted: FrontEndVersion, options: FrontEndCacheOptions): Promise<string> {
  const cache = join(options.userFolder, '__front_ends', `${wanted.owner}_${wanted.repo}`.toLowerCase());
  const isExact = /^\d/.test(wanted.version);
  const exact = join(cache, wanted.version);
  if (isExact && (await isFrontEnd(exact))) return exact;
  try {
    if (options.isOffline) throw new Error('the server was started with --offline');
    return await fetchFrontEnd(wanted, cache, options);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const kept = isExact ? undefined : await newestKept(cache, wanted.version === 'prerelease');
    const reason = reasonOf(error);
    if (kept === undefined) {
      throw new CliError('FRONT_END_UNAVAILABLE', { release: frontEndName(wanted), reason }, error);
    }
    options.onNotice(`Using the front end ${kept}, which was fetched before: ${frontEndName(wanted)}: ${reason}`);
    return join(cache, kept);
  }
}

async function fetchFrontEnd(
  wanted: FrontEndVersion,
  cache: string,
  { apiBase = RELEASES_API, onNotice }: FrontEndCacheOptions,
): Promise<string> {
  const release = await findRelease(wanted, apiBase);
  const folder = join(cache, release.version);
  if (await isFrontEnd(folder)) return folder;
  const name = `${wanted.owner}/${wanted.repo}@${release.version}`;
  onNotice(`Fetching the front end ${name}`);
  await unpack(release, cache, folder, name);
  return folder;
}

async function unpack(release: FrontEndRelease, cache: string, folder: string, name: string): Promise<void> {
  const archive = await downloadArchive(release);
  try {
    await mkdir(cache, { recursive: true });
    await unpackFrontEnd(archive, folder);
  } catch (error) {
    if (await isFrontEnd(folder)) return; // another server was faster
    throw new CliError('FRONT_END_UNUSABLE', { release: name, reason: reasonOf(error) }, error);
  }
}

async function isFrontEnd(folder: string): Promise<boolean> {
  const found = await stat(join(folder, 'index.html')).catch(() => undefined); // whatever the reason, it cannot be served
  return found?.isFile() ?? false;
}

/** Version of the newest front end that was kept; undefined when there is none. */
async function newestKept(cache: string, withPrereleases: boolean): Promise<string | undefined> {
  const names = await readdir(cache).catch(() => []); // nothing was ever kept
  const candidates = names.filter(name => !name.includes('.partial-') && (withPrereleases || !name.includes('-')));
  for (const name of candidates.sort(compareVersions).reverse()) if (await isFrontEnd(join(cache, name))) return name;
  return undefined;
}
