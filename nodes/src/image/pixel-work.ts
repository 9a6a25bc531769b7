// How nodes have pictures worked on: on the pixel threads of the engine, until the run is interrupted.
import type { PixelWork } from '@snug/engine';
import type { NodeContext } from '@snug/execution';

/** Does the work beside this process's event loop, unless there is little of it. @throws the signal's reason on interrupt. */
export function workOnPixels<Result>(
  work: PixelWork<Result>,
  { services, signal }: Pick<NodeContext, 'services' | 'signal'>,
): Promise<Result> {
  return services.engine.pixels.run(work, { signal });
}
