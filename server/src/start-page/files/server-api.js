// Requests to the server that sent this page. Addresses are relative, so that a proxy may put the page below any path.
import { parseJson, stringifyJson } from './lossless-json.js';

/** The server refused a request; `body` is its answer, parsed when it was JSON. */
export class RefusedError extends Error {
  /**
   * @param {number} status
   * @param {any} body
   */
  constructor(status, body) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.body = body;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 */
async function request(path, options) {
  const response = await fetch(path, options);
  const text = await response.text();
  let body;
  try {
    body = text === '' ? undefined : parseJson(text);
  } catch {
    body = text; // Some refusals are plain texts.
  }
  if (!response.ok) throw new RefusedError(response.status, body);
  return body;
}

/** @param {string} path */
export function get(path) {
  return request(path);
}

/**
 * @param {string} path
 * @param {unknown} [body]
 */
export function post(path, body) {
  const json = { 'content-type': 'application/json' };
  return request(path, { method: 'POST', headers: json, body: stringifyJson(body ?? {}) });
}

/**
 * Address of an output file.
 * @param {{ filename: string, subfolder?: string, type?: string }} file
 */
export function viewUrl({ filename, subfolder = '', type = 'output' }) {
  return `view?${new URLSearchParams({ filename, subfolder, type })}`;
}
