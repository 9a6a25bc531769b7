// In which form `GET /view` sends a picture (spec http.md 6.3); the first rule that applies wins.

export type ViewMode =
  | {
      readonly kind: 'preview';
      readonly format: 'jpeg' | 'webp';
      readonly quality: number;
      readonly keepAlpha: boolean;
    }
  | { readonly kind: 'color' }
  | { readonly kind: 'alpha' }
  | { readonly kind: 'plain' };

const DEFAULT_QUALITY = 90;

/** `preview` is `<format>[;<quality>]`; unknown values fall back as in the reference. */
export function readViewMode(preview: string | undefined, channel = ''): ViewMode {
  if (preview !== undefined) {
    const parts = preview.split(';');
    const last = parts.at(-1) ?? '';
    // The reference looks for an "a" in the text, so `channel=rgba` forces webp as well; no channel does not.
    const isJpeg = parts[0] === 'jpeg' && !channel.includes('a');
    const quality = /^\d+$/.test(last) ? Number(last) : DEFAULT_QUALITY;
    return {
      kind: 'preview',
      format: isJpeg ? 'jpeg' : 'webp',
      quality: Math.min(Math.max(quality, 1), 100),
      keepAlpha: !isJpeg && channel !== 'rgb',
    };
  }
  if (channel === 'rgb') return { kind: 'color' };
  return channel === 'a' ? { kind: 'alpha' } : { kind: 'plain' };
}
