// Keeps docs/architecture.md true: the two tables of that page (rooms, inner rooms of the engine) are read from the page
// itself and compared with the manifests and with every import statement in the sources.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, type RoomTable, readRoomTable, violations } from './architecture.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
const rooms: RoomTable = readRoomTable(page);

interface Manifest {
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name))
    .map(name => path.join(folder, 'src', name));
}

describe('the rooms', () => {
  it('are the workspaces of the repository', () => {
    const workspaces = manifest('.').workspaces?.filter(name => name !== 'testkit');
    expect([...rooms.rooms.keys()].filter(room => workspaces?.includes(room))).toEqual(
      [...rooms.rooms.keys()].filter(room => room !== 'web'),
    );
    for (const workspace of workspaces ?? []) expect([...rooms.rooms.keys()]).toContain(workspace);
  });

  for (const [room, allowed] of rooms.rooms) {
    if (!manifest('.').workspaces?.includes(room)) continue;
    it(`${room} declares only the rooms that the table allows`, () => {
      const { dependencies = {}, devDependencies = {} } = manifest(room);
      const declared = Object.keys({ ...dependencies, ...devDependencies }).filter(name => name.startsWith('@snug/'));
      for (const name of declared) expect(allowed, `${room} depends on ${name}`).toContain(name.slice('@snug/'.length));
    });
  }

  it('import nothing that the tables forbid', () => {
    const found = [...rooms.rooms.keys()]
      .filter(room => manifest('.').workspaces?.includes(room))
      .flatMap(room => sources(room))
      .flatMap(file => violations(file, importsOf(readFileSync(path.join(root, file), 'utf8')), rooms));
    expect(found).toEqual([]);
  });
});

describe('the check itself', () => {
  it('finds a forbidden import between rooms, past an index, and upward inside the engine', () => {
    const bad = (file: string, text: string) => violations(file, importsOf(text), rooms);
    expect(bad('server/src/a.ts', `import { x } from '@snug/engine';`)).toHaveLength(1);
    expect(bad('server/src/a.ts', `export * from "../../engine/src/index.ts";`)).toHaveLength(1);
    expect(bad('nodes/src/a.ts', `import '@snug/engine/src/tensor/tensor.ts';`)).toHaveLength(1);
    expect(bad('engine/src/tensor/a.ts', `import type { S } from '../models/model.ts';`)).toHaveLength(1);
    expect(bad('engine/src/models/a.ts', `const ort = await import('onnxruntime-node');`)).toHaveLength(1);
    expect(bad('protocol/src/a.ts', `import fs from 'node:fs';`)).toHaveLength(1);
    expect(bad('engine/src/sampling/a.ts', `import { t } from '../tensor/tensor.ts';`)).toEqual([]);
    expect(bad('server/src/a.ts', `import { x } from '@snug/protocol';`)).toEqual([]);
  });
});
