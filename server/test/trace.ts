// Recorded exchanges with the reference (test/golden/*.json), and their replay. File contents were recorded as summaries
// only, so uploads are made up: the right length and signature, the same bytes for the same digest.
import { readFileSync } from 'node:fs';
import { PNG_SIGNATURE } from './fake-image-codec.ts';
import { type FormPart, formOf, type Sending } from './http-client.ts';

interface FileSummary {
  readonly bytes: number;
  readonly sha256: string;
  readonly format?: string;
}

interface RecordedPart {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly value: string | FileSummary;
}

export interface RecordedRequest {
  readonly seq: number;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly response: unknown;
}

export function readTrace(name: string): readonly RecordedRequest[] {
  const url = new URL(`./golden/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { requests: RecordedRequest[] }).requests;
}

function contentOf({ bytes, sha256, format }: FileSummary): Buffer {
  const content = Buffer.alloc(bytes, sha256);
  if (format === 'PNG') PNG_SIGNATURE.copy(content);
  if (format === 'JPEG') content.writeUInt16BE(0xffd8);
  if (format === 'WEBP') content.write('RIFF....WEBP', 'latin1');
  return content;
}

function partOf({ value, ...part }: RecordedPart): FormPart {
  return { ...part, value: typeof value === 'string' ? value : contentOf(value) };
}

/** The request as it was sent; `<port>` becomes the port of this server. */
export function sendingOf(request: RecordedRequest, port: number): Sending {
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      value.replace('<port>', String(port)),
    ]),
  );
  const { body, method } = request;
  if (body === null) return { method, headers };
  const { raw, multipart } = body as { raw?: string; multipart?: RecordedPart[] };
  if (multipart !== undefined) {
    const form = formOf(multipart.map(partOf));
    return { method, headers: { ...headers, ...form.headers }, body: form.body };
  }
  if (raw !== undefined) return { method, headers, body: raw };
  return { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
