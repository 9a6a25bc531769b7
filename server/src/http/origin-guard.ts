// Protection of a server on this machine against foreign web pages (spec http.md 1.4): a page from elsewhere may not talk
// to a loopback address by way of its visitor's browser. Only requests to a loopback `Host` are ever refused; it does
// not apply when CORS is enabled.
import { lookup } from 'node:dns/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

interface Authority {
  readonly hostname: string;
  /** Empty when the port is not written. */
  readonly port: string;
}

/** Splits `host[:port]`, with brackets around IPv6 addresses. */
function parseAuthority(text: string): Authority {
  const match = /^\[([^\]]*)\](?::(\d+))?$/.exec(text) ?? /^([^:]*)(?::(\d+))?$/.exec(text);
  return match === null ? { hostname: text, port: '' } : { hostname: match[1] ?? '', port: match[2] ?? '' };
}

/** Authority of an `Origin` value without user information; empty for `null`, `file://` and the like. */
function originAuthority(origin: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(origin)?.[1] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/**
 * True when `Origin` names another place than `Host`. A port that either side leaves out is not compared.
 * Both arguments are header values as received.
 */
export function originDiffersFromHost(origin: string, host: string): boolean {
  const originText = originAuthority(origin.toLowerCase());
  const hostText = host.toLowerCase();
  if (originText === '' || hostText === '') return false;
  const wanted = parseAuthority(hostText);
  const actual = parseAuthority(originText);
  if (wanted.hostname !== actual.hostname) return true;
  return wanted.port !== '' && actual.port !== '' && wanted.port !== actual.port;
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./i.test(address);
}

/** True for a literal loopback address or a name all of whose addresses are loopback. */
async function isLoopbackHost(hostname: string): Promise<boolean> {
  if (isIP(hostname) !== 0) return isLoopbackAddress(hostname);
  if (hostname === 'localhost') return true;
  try {
    const addresses = await lookup(hostname, { all: true });
    return addresses.length > 0 && addresses.every(({ address }) => isLoopbackAddress(address));
  } catch {
    return false; // A name without addresses is not this machine.
  }
}

/** True when the request must be answered with 403. Synchronous unless the two headers differ. */
export function isForeignRequest(headers: IncomingHttpHeaders): boolean | Promise<boolean> {
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  const { host, origin } = headers;
  if (host === undefined || origin === undefined || !originDiffersFromHost(origin, host)) return false;
  return isLoopbackHost(parseAuthority(host.toLowerCase()).hostname);
}
