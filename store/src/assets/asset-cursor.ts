// Where a page of assets ended: the value it was sorted by and the tie-breaker, as an opaque text. Unlike an offset it stays right
// while assets come and go.
import { StoreError } from '../errors.ts';
import type { AssetSort } from '../ports/asset-store.ts';

export interface AssetCursor {
  readonly sort: AssetSort;
  readonly order: 'asc' | 'desc';
  readonly value: string | number;
  readonly seq: number;
}

export function encodeCursor({ sort, order, value, seq }: AssetCursor): string {
  return Buffer.from(JSON.stringify([sort, order, value, seq])).toString('base64url');
}

/** @throws StoreError ASSET_CURSOR_INVALID for texts that are none, or belong to another order. */
export function decodeCursor(text: string, { sort, order }: Pick<AssetCursor, 'sort' | 'order'>): AssetCursor {
  const parts = partsOf(text);
  const [foundSort, foundOrder, value, seq] = parts;
  const isValue = typeof value === (sort === 'name' ? 'string' : 'number');
  if (foundSort !== sort || foundOrder !== order || !isValue || !Number.isSafeInteger(seq)) {
    throw new StoreError('ASSET_CURSOR_INVALID', { cursor: text });
  }
  return { sort, order, value: value as string | number, seq: seq as number };
}

function partsOf(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return []; // The caller refuses what is incomplete.
  }
}
