// `host:port`, as `--listeners` has it: `127.0.0.1:8189`, `[::1]:8190`, `:8189` for this machine.

export interface ListenTarget {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_HOST = '127.0.0.1';

/** Undefined for anything that is no address with a port. */
export function parseListenTarget(text: string): ListenTarget | undefined {
  const [, host = '', digits = ''] = /^(\[[0-9a-f:.]+\]|[^\s:[\]]*):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) return undefined;
  return { host: host === '' ? DEFAULT_HOST : host.replace(/^\[|\]$/g, ''), port };
}
