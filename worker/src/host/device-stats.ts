// What /system_stats says about devices. The CPU's memory is the machine's; of other devices nothing is known here.
import { freemem, totalmem } from 'node:os';
import type { EngineOptions } from '@snug/engine';

/** One device; a CPU has no index and calls the machine's memory its own. */
export interface DeviceStats {
  readonly name: string;
  readonly type: string;
  readonly index: number | null;
  readonly vramTotalBytes: number;
  readonly vramFreeBytes: number;
  readonly torchVramTotalBytes: number;
  readonly torchVramFreeBytes: number;
}

export function deviceStats(device: NonNullable<EngineOptions['device']> = 'cpu'): DeviceStats {
  const isCpu = device === 'cpu';
  const [total, free] = isCpu ? [totalmem(), freemem()] : [0, 0];
  return {
    name: isCpu ? 'cpu' : `${device}:0`,
    type: device,
    index: isCpu ? null : 0,
    vramTotalBytes: total,
    vramFreeBytes: free,
    torchVramTotalBytes: total,
    torchVramFreeBytes: free,
  };
}
