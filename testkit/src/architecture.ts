// Reads the room tables out of docs/architecture.md and checks import statements against them.

export interface RoomTable {
  /** Room to the rooms that it may import. */
  readonly rooms: ReadonlyMap<string, readonly string[]>;
  /** Inner rooms of the engine, lowest first. */
  readonly engineOrder: readonly string[];
}

/** Parses the table `| room | owns | may import |` and the ordered list of inner rooms. */
export function readRoomTable(page: string): RoomTable {
  const rows = [...page.matchAll(/^\| `(\w+)\/` \|.*\| ([^|]+) \|$/gm)].map(
    match => [match[1] ?? '', (match[2] ?? '').trim()] as const,
  );
  const names = rows.map(([room]) => room);
  const allowed = (cell: string): string[] => {
    if (cell === 'all') return names;
    return cell === 'nothing' ? [] : cell.split(/,\s*/);
  };
  const inner = page.slice(page.indexOf('## Inside the engine')).split('\n## ')[0] ?? '';
  return {
    rooms: new Map(rows.map(([room, cell]) => [room, allowed(cell)])),
    engineOrder: [...inner.matchAll(/`(\w+)` \(/g)].map(match => match[1] ?? ''),
  };
}

/** Module specifiers of static imports, re-exports and `import()` calls. */
export function importsOf(source: string): string[] {
  const statements = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g);
  return [...statements].map(match => match[1] ?? '');
}

/** Says which imports of a source file the tables forbid. Test files may import what they test and Node. */
export function violations(file: string, specifiers: readonly string[], table: RoomTable): string[] {
  const [room = '', , inner = ''] = file.split('/');
  const isTest = file.endsWith('.test.ts');
  return specifiers.flatMap(specifier => {
    const problem =
      betweenRooms(room, specifier, table) ??
      insideEngine(room, inner, file, specifier, table) ??
      (room === 'protocol' && !isTest && specifier.startsWith('node:') ? 'protocol is browser-safe' : undefined) ??
      (specifier === 'onnxruntime-node' && !file.startsWith('engine/src/runtime/')
        ? 'only engine/runtime imports onnxruntime-node'
        : undefined);
    return problem === undefined ? [] : [`${file}: "${specifier}": ${problem}`];
  });
}

function betweenRooms(room: string, specifier: string, table: RoomTable): string | undefined {
  if (specifier.startsWith('@snug/testkit')) return undefined;
  const other = /^@snug\/([^/]+)(\/.*)?$/.exec(specifier);
  if (other) {
    if (other[2] !== undefined) return 'reaches past the public API of a room';
    return table.rooms.get(room)?.includes(other[1] ?? '') ? undefined : `${room} may not import ${other[1]}`;
  }
  const reach = /^(?:\.\.\/)+(\w+)\/src\//.exec(specifier);
  return reach && table.rooms.has(reach[1] ?? '') ? 'reaches into another room by a relative path' : undefined;
}

function insideEngine(
  room: string,
  inner: string,
  file: string,
  specifier: string,
  table: RoomTable,
): string | undefined {
  if (room !== 'engine' || file.endsWith('.test.ts')) return undefined;
  const target = /^(?:\.\.\/)+(\w+)\//.exec(specifier)?.[1] ?? '';
  const from = table.engineOrder.indexOf(inner);
  const to = table.engineOrder.indexOf(target);
  return from >= 0 && to > from ? `${inner} may not import ${target}: it is higher` : undefined;
}
