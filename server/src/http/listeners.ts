// Opens one HTTP(S) server per address, all on the same port (spec http.md 1.10) but for those that bring their own (clients.md
// section 5), and closes them again.
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import { reasonOf, ServerError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** Where the server can be reached. */
export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
  /** Base URL without a slash at the end. */
  readonly url: string;
}

export interface ListenerSettings {
  readonly hosts: readonly string[];
  readonly port: number;
  /** Further addresses, each with its own port. */
  readonly more: readonly { readonly host: string; readonly port: number }[];
  readonly tls: { readonly key: string; readonly cert: string } | null;
  readonly onRequest: RequestListener;
  readonly onServer: (server: Server) => void;
  readonly logger: Logger;
}

export interface Listeners {
  readonly addresses: readonly ListeningAddress[];
  /** Stops accepting, ends idle connections, and after `graceMs` the busy ones too. */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** Longer than the pauses of polling clients, so that they do not race with the end of an idle connection. */
const KEEP_ALIVE_MS = 75_000;

/** Time for a whole request: a large upload over a slow line takes long. */
const REQUEST_MS = 3_600_000;

/** Address families that a machine may lack: another address of the list is enough. */
const absentFamilyCodes: ReadonlySet<unknown> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** Throws `ADDRESS_UNAVAILABLE` when an address cannot be used; those already open are closed again. */
export async function openListeners(settings: ListenerSettings): Promise<Listeners> {
  const servers: Server[] = [];
  const addresses: ListeningAddress[] = [];
  const close = ({ graceMs }: { readonly graceMs: number }): Promise<void> => closeServers(servers, graceMs);
  const open = async (host: string, port: number, hosts: readonly string[]): Promise<void> => {
    const server = createServer(settings);
    try {
      await listen(server, host, port, hosts);
    } catch (error) {
      if (absentFamilyCodes.has((error as NodeJS.ErrnoException).code) && hosts.length > 1) {
        settings.logger.warn({ host, reason: reasonOf(error) }, 'this machine has no such address; it is left out');
        return;
      }
      await close({ graceMs: 0 });
      throw new ServerError('ADDRESS_UNAVAILABLE', { host, port, reason: reasonOf(error) }, { cause: error });
    }
    servers.push(server);
    addresses.push(addressOf(server, host, settings.tls !== null));
  };
  for (const host of settings.hosts) await open(host, addresses[0]?.port ?? settings.port, settings.hosts);
  if (addresses.length === 0) {
    const host = settings.hosts.join(', ');
    throw new ServerError('ADDRESS_UNAVAILABLE', { host, port: settings.port, reason: 'no address is left' });
  }
  for (const { host, port } of settings.more) await open(host, port, [host]);
  return { addresses, close };
}

function createServer({ tls, onRequest, onServer }: ListenerSettings): Server {
  const server = tls === null ? createHttpServer(onRequest) : createHttpsServer(tls, onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = REQUEST_MS;
  onServer(server);
  return server;
}

function listen(server: Server, host: string, port: number, hosts: readonly string[]): Promise<void> {
  // "::" alone also takes IPv4 connections; beside an IPv4 address it must not, or the port counts as in use.
  const ipv6Only = isIPv6(host) && hosts.some(other => !isIPv6(other));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server, host: string, isSecure: boolean): ListeningAddress {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { host, port, url: `${isSecure ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}` };
}

async function closeServers(servers: readonly Server[], graceMs: number): Promise<void> {
  const closed = servers.map(server => new Promise<void>(resolve => server.close(() => resolve())));
  for (const server of servers) server.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, graceMs);
  await Promise.all(closed);
  clearTimeout(timer);
}
