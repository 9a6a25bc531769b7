// Frame rates as fractions: 29.97 means 30000/1001, and times are counted in whole frames.
import { EngineError } from '../../errors.ts';
import type { AvStream } from '../av-input.ts';

/** Frames per second: num / den. */
export interface FrameRate {
  readonly num: number;
  readonly den: number;
}

/** The rate to a thousandth of a frame. @throws EngineError INVALID_ARGUMENT unless it is between 0.001 and 1000. */
export function frameRateOf(framesPerSecond: number): FrameRate {
  const num = Math.round(framesPerSecond * 1000);
  if (!(num >= 1 && num <= 1_000_000)) {
    const expected = 'between 0.001 and 1000 frames per second';
    throw new EngineError('INVALID_ARGUMENT', { name: 'The frame rate', expected, actual: framesPerSecond });
  }
  const divisor = gcd(num, 1000);
  return { num: num / divisor, den: 1000 / divisor };
}

export const framesPerSecond = ({ num, den }: FrameRate): number => num / den;

/** The rate that a file tells: on average, or as its time stamps suggest; 24 where it tells none. */
export function streamFrameRate(stream: AvStream): FrameRate {
  const told = [stream.avgFrameRate, stream.rFrameRate].find(({ num, den }) => num > 0 && den > 0);
  return told === undefined ? { num: 24, den: 1 } : { num: told.num, den: told.den };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
