// File name to content type (spec http.md 1.9), and which types a browser would run as a document or script of our
// origin when somebody opens an uploaded file (6.3).
import { posix } from 'node:path';

const OCTET_STREAM = 'application/octet-stream';

const typesByExtension: Readonly<Record<string, string>> = {
  '.aac': 'audio/aac',
  '.apng': 'image/apng',
  '.avi': 'video/x-msvideo',
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.ckpt': 'application/pickle',
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.exr': 'image/x-exr',
  '.flac': 'audio/flac',
  '.gguf': 'application/gguf',
  '.gif': 'image/gif',
  '.glb': 'model/gltf-binary',
  '.gltf': 'model/gltf+json',
  '.heic': 'image/heic',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.jpe': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'application/javascript; charset=utf-8',
  '.json': 'application/json',
  '.jxl': 'image/jxl',
  '.m4a': 'audio/mp4',
  '.map': 'application/json',
  '.md': 'text/markdown',
  '.mht': 'message/rfc822',
  '.mhtml': 'message/rfc822',
  '.mjs': 'text/javascript',
  '.mkv': 'video/x-matroska',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.mpeg': 'video/mpeg',
  '.mpg': 'video/mpeg',
  '.oga': 'audio/ogg',
  '.ogg': 'audio/ogg',
  '.ogv': 'video/ogg',
  '.opus': 'audio/ogg',
  '.otf': 'font/otf',
  '.pdf': 'application/pdf',
  '.pgm': 'image/x-portable-graymap',
  '.pkl': 'application/pickle',
  '.png': 'image/png',
  '.ppm': 'image/x-portable-pixmap',
  '.pt': 'application/pytorch',
  '.pth': 'application/pytorch',
  '.safetensors': 'application/safetensors',
  '.sft': 'application/safetensors',
  '.shtml': 'text/html',
  '.svg': 'image/svg+xml',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.wav': 'audio/x-wav',
  '.weba': 'audio/webm',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xht': 'application/xhtml+xml',
  '.xhtml': 'application/xhtml+xml',
  '.xml': 'text/xml',
  '.xsl': 'application/xml',
  '.xslt': 'application/xml',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
  '.zip': 'application/zip',
};

/** Guessed from the extension alone; unknown names are `application/octet-stream`. */
export function contentTypeOf(filename: string): string {
  return typesByExtension[posix.extname(filename).toLowerCase()] ?? OCTET_STREAM;
}

const dangerousTypes: ReadonlySet<string> = new Set([
  'text/html',
  'text/html-sandboxed',
  'application/xhtml+xml',
  'text/javascript',
  'text/css',
  'application/javascript',
  'application/x-javascript',
  'application/ecmascript',
  'image/svg+xml',
  'application/xml',
  'text/xml',
  'message/rfc822',
]);

/** True for types that could act with the rights of our origin: they are never shown inline. */
export function isDangerousType(contentType: string): boolean {
  const essence = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return dangerousTypes.has(essence) || essence.endsWith('+xml') || essence.endsWith('/xml');
}
