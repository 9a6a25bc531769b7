// `--auto-launch`: opens the page in the browser of the user, with the program that each system has for it.
import { spawn } from 'node:child_process';

/** Program and arguments that open an address. */
export function browserCommand(url: string, platform: NodeJS.Platform): readonly [program: string, ...args: string[]] {
  if (platform === 'darwin') return ['open', url];
  // `start` takes its first quoted argument for a title; `&` would end the command.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', url.replaceAll('&', '^&')];
  return ['xdg-open', url];
}

/** Resolves when the program has started; it is not waited for. @throws Error when there is no such program. */
export async function openBrowser(url: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  const [program, ...args] = browserCommand(url, platform);
  const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
}
