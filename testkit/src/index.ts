export { writeMiniCheckpoint } from './mini-checkpoint.ts';
