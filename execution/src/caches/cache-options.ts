// Which results survive from one prompt to the next (spec execution.md 5.4).

export type CacheOptions =
  /** Only results of nodes in the current prompt. */
  | { readonly kind: 'classic' }
  /** About `size` results, least recently used prompts first out. */
  | { readonly kind: 'lru'; readonly size: number }
  /** Nothing; equal nodes of one prompt are not merged either. */
  | { readonly kind: 'none' }
  /** As much as memory allows; the default. */
  | {
      readonly kind: 'ram';
      /** Below this much free memory results of the running prompt go too; default 10 % of the machine's, 2 to 10 GiB. */
      readonly activeHeadroomBytes?: number;
      /** Below this much free memory results of other prompts go; default min(128 GiB, the machine's). */
      readonly inactiveHeadroomBytes?: number;
      /** Free memory now; default: that of the operating system. */
      readonly availableBytes?: () => number;
    };
