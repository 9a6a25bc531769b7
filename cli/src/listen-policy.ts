// Who may reach the server (decisions.md 8): without keys only this machine, unless the user says otherwise.
import { isIPv4 } from 'node:net';
import { CliError } from './errors.ts';

/** True for addresses that only this machine can reach. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1' || bare === '0:0:0:0:0:0:0:1') {
    return true;
  }
  const v4 = bare.startsWith('::ffff:') ? bare.slice('::ffff:'.length) : bare;
  return isIPv4(v4) && v4.startsWith('127.');
}

/** @throws {CliError} `LISTEN_NEEDS_AUTH`. */
export function checkListenPolicy(addresses: readonly string[], options: { readonly allowAnybody: boolean }): void {
  const open = addresses.find(address => !isLoopback(address));
  if (open !== undefined && !options.allowAnybody) {
    throw new CliError('LISTEN_NEEDS_AUTH', { address: open });
  }
}

/** Address to print and to connect to: wildcard addresses become loopback. */
export function urlOf(address: string, port: number, scheme: 'http' | 'https'): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address] ?? (address.includes(':') ? `[${address}]` : address);
  return `${scheme}://${host}:${port}`;
}
