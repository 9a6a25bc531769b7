// Which `Cache-Control` a response gets when its handler set none (spec http.md 1.7). The rule reads the URL path alone,
// so `/view?filename=a.png` is not an image path.

const ONE_HOUR = 'public, max-age=3600';
const ONE_DAY = 'public, max-age=86400';
const imagePath = /\.(?:jpg|jpeg|png|ppm|bmp|pgm|tif|tiff|webp)$/i;

/** Value of the header, or undefined for none. `path` has no query. */
export function cacheControlFor(path: string, status: number): string | undefined {
  if (path.endsWith('.js') || path.endsWith('.css') || isIndexJson(path)) return 'no-cache';
  if (!imagePath.test(path)) return undefined;
  if (status === 404) return ONE_HOUR;
  if ((status >= 200 && status <= 206) || status === 301 || status === 308) return ONE_DAY;
  return status === 302 || status === 303 || status === 307 ? 'no-cache' : undefined;
}

function isIndexJson(path: string): boolean {
  return path.endsWith('.json') && path.slice(path.lastIndexOf('/') + 1).startsWith('index');
}
