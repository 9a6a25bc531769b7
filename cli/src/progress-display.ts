// Progress of a run on standard error: a bar that redraws itself on a terminal, plain lines at 10 % steps elsewhere (logs,
// pipes, CI).
import pc from 'picocolors';

export interface ProgressDisplay {
  /** A node starts. */
  node(label: string): void;
  /** `value` of `max` steps of the node are done. */
  step(label: string, value: number, max: number): void;
  /** Ends the line that is being drawn; call before printing anything else. */
  finish(): void;
}

/** The part of a stream that the display needs; `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_CELLS = 30;

export function progressDisplay(stream: ProgressStream, now: () => number = Date.now): ProgressDisplay {
  return stream.isTTY ? barDisplay(stream, now) : lineDisplay(stream);
}

function barDisplay(stream: ProgressStream, now: () => number): ProgressDisplay {
  let startedMs = now();
  let isDrawn = false;
  const draw = (text: string) => {
    stream.write(`\r\x1b[2K${text}`);
    isDrawn = true;
  };
  return {
    node(label) {
      startedMs = now();
      draw(pc.dim(label));
    },
    step(label, value, max) {
      if (max <= 1) {
        return; // The end of a node that has no steps; its name is shown already.
      }
      const filled = Math.round((BAR_CELLS * value) / max);
      const bar = pc.green('█'.repeat(filled)) + pc.dim('░'.repeat(BAR_CELLS - filled));
      const room = Math.max(8, (stream.columns ?? 80) - BAR_CELLS - 24);
      draw(`${shorten(label, room)} ${bar} ${value}/${max} ${pc.dim(paceOf(now() - startedMs, value, max))}`);
    },
    finish() {
      if (isDrawn) {
        stream.write('\r\x1b[2K');
        isDrawn = false;
      }
    },
  };
}

function lineDisplay(stream: ProgressStream): ProgressDisplay {
  let lastTenth = 0;
  return {
    node(label) {
      lastTenth = 0;
      stream.write(`${label}\n`);
    },
    step(label, value, max) {
      const tenth = Math.floor((10 * value) / max);
      if (tenth > lastTenth && max > 1) {
        stream.write(`${label} ${tenth * 10} % (${value}/${max})\n`);
      }
      lastTenth = Math.max(lastTenth, tenth);
    },
    finish() {
      // Every line is complete.
    },
  };
}

/** Time left while running, time taken at the end. */
function paceOf(elapsedMs: number, value: number, max: number): string {
  if (value >= max) {
    return seconds(elapsedMs);
  }
  return value > 0 ? `${seconds((elapsedMs / value) * (max - value))} left` : '';
}

function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
