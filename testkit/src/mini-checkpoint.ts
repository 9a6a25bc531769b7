// A complete Stable Diffusion 1.x checkpoint of 9.6 MB with random weights and the full CLIP vocabulary. Two thirds of it is the
// token table, which a formula gives, so only the rest is stored.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BASE = fileURLToPath(new URL('../golden/mini-sd1/base.safetensors', import.meta.url));
const TOKEN_TABLE = 'cond_stage_model.transformer.text_model.embeddings.token_embedding.weight';
const ROWS = 49408;
const COLUMNS = 64;

/** Writes the checkpoint to `target` (a temporary folder of the test). */
export function writeMiniCheckpoint(target: string): void {
  const base = readFileSync(BASE);
  const headerEnd = 8 + Number(base.readBigUInt64LE(0));
  const header = JSON.parse(base.toString('utf8', 8, headerEnd)) as Record<string, unknown>;
  const data = base.subarray(headerEnd);
  const table = tokenTable();
  header[TOKEN_TABLE] = {
    dtype: 'F16',
    shape: [ROWS, COLUMNS],
    data_offsets: [data.length, data.length + table.byteLength],
  };
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  prefix.writeBigUInt64LE(BigInt(prefix.length - 8));
  json.copy(prefix, 8);
  writeFileSync(target, Buffer.concat([prefix, data, new Uint8Array(table.buffer)]));
}

/** value = (q - 512) / 512 where q is the upper ten bits of (7919 row + 104729 column + 12345) * 2654435761 mod 2^32. */
function tokenTable(): Uint16Array {
  const halves = Uint16Array.from({ length: 1024 }, (_, q) => halfBits((q - 512) / 512));
  const table = new Uint16Array(ROWS * COLUMNS);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const hash = Math.imul(row * 7919 + column * 104729 + 12345, 2654435761) >>> 0;
      table[row * COLUMNS + column] = halves[hash >>> 22]!;
    }
  }
  return table;
}

/** IEEE half of a multiple of 1/512 between -1 and 1: always exact, never subnormal. */
function halfBits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}
