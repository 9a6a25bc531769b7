// Which release of a web front end is wanted: `owner/repo@version` (spec files.md section 10).

export interface FrontEndVersion {
  readonly owner: string;
  readonly repo: string;
  /** `latest`, `prerelease` or a version without a `v` in front. */
  readonly version: string;
}

/** What launch scripts name when they want the page that comes with the server. */
const BUILT_IN = /^(?:comfyanonymous|Comfy-Org)\/ComfyUI@latest$/i;

const pattern = /^([a-z0-9][a-z0-9-]{0,38})\/([a-z0-9][\w.-]{0,99})@(latest|prerelease|v?\d+\.\d+\.\d+(?:-[\w.-]+)?)$/i;

/** Whether a text names a release, or the built-in page. */
export function isFrontEndVersion(text: string): boolean {
  return BUILT_IN.test(text) || pattern.test(text);
}

/** Undefined for the page that comes with the server. `text` was checked before. */
export function parseFrontEndVersion(text: string): FrontEndVersion | undefined {
  const [, owner, repo, version] = BUILT_IN.test(text) ? [] : (pattern.exec(text) ?? []);
  if (owner === undefined || repo === undefined || version === undefined) return undefined;
  return { owner, repo, version: version.toLowerCase().replace(/^v(?=\d)/, '') };
}

/** For people: `owner/repo@version`. */
export function frontEndName({ owner, repo, version }: FrontEndVersion): string {
  return `${owner}/${repo}@${version}`;
}

/** Orders versions, the older first: by their numbers; a version with a suffix comes before the one without. */
export function compareVersions(a: string, b: string): number {
  const [numbersA, numbersB] = [numbersOf(a), numbersOf(b)];
  for (const [index, number] of numbersA.entries()) {
    const difference = number - (numbersB[index] ?? 0);
    if (difference !== 0) return difference;
  }
  const [isReleaseA, isReleaseB] = [!a.includes('-'), !b.includes('-')];
  if (isReleaseA !== isReleaseB) return isReleaseA ? 1 : -1;
  return a.localeCompare(b, 'en', { numeric: true });
}

function numbersOf(version: string): readonly number[] {
  return version.replace(/^v/, '').split('-', 1).join('').split('.').map(Number);
}
