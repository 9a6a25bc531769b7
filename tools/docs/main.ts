// Writes the generated pages of docs/ and the example pictures. A test fails while a page differs from what this makes.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNodePictures } from './node-pictures.ts';
import { generatedPages } from './pages.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
for (const [name, text] of await generatedPages(root)) {
  writeFileSync(path.join(root, name), text);
  console.log(name);
}
for (const file of await writeNodePictures(path.join(root, 'docs'))) console.log(path.relative(root, file));
