// The process in which main.ts has the engine measured. Writes one JSON document.
import { measureEngine } from './engine.ts';

const [checkpoint = '', sides = '256', repeats = '3'] = process.argv.slice(2);
console.log(JSON.stringify(await measureEngine(checkpoint, sides.split(',').map(Number), Number(repeats))));
