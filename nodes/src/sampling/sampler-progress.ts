// Progress of a sampler: after each step a `progress` message, with a small picture of the estimate when previews are on
// (spec websocket.md 6.6). Pictures are encoded while the next step is already being computed.
import { type DiffusionModel, encodePreview, latentToRgb, type SamplingStep } from '@snug/engine';
import type { NodeContext } from '@snug/execution';
import type { PreviewMethod } from '../node-types.ts';

const METHODS: readonly string[] = ['none', 'auto', 'latent2rgb', 'taesd'] satisfies PreviewMethod[];

type ProgressContext = Pick<NodeContext<never>, 'extraData' | 'progress' | 'services'>;

export interface SamplerProgress {
  /** Callback of the sampler. */
  readonly onStep: (step: SamplingStep) => void;
  /** Resolves when everything has been reported; rejects when the run was interrupted or a picture could not be made. */
  finished(): Promise<void>;
}

/** The prompt's own choice, or the server's. */
export function previewMethodOf({
  extraData,
  services,
}: Pick<ProgressContext, 'extraData' | 'services'>): PreviewMethod {
  const asked = extraData['preview_method'];
  return typeof asked === 'string' && METHODS.includes(asked)
    ? (asked as PreviewMethod)
    : services.settings.previewMethod;
}

export function reportSteps(context: ProgressContext, { latentFormat }: DiffusionModel): SamplerProgress {
  const { previewSize } = context.services.settings;
  // Without a tiny decoder for the family the linear map is used for every method (spec websocket.md 6.6).
  if (previewMethodOf(context) === 'none') {
    return {
      onStep: ({ step, totalSteps }) => context.progress(step + 1, totalSteps),
      finished: async () => {},
    };
  }
  let reports: Promise<void> = Promise.resolve();
  const report = async ({ step, totalSteps, denoised }: SamplingStep): Promise<void> => {
    const image = await encodePreview(latentToRgb(denoised, latentFormat), { maxSide: previewSize });
    context.progress(step + 1, totalSteps, { image, format: 'jpeg' });
  };
  return {
    onStep: step => {
      // One after the other, so that steps are reported in order.
      reports = reports.then(() => report(step));
      // `finished` hands the failure on; until then it must not count as unhandled.
      reports.catch(() => {});
    },
    finished: () => reports,
  };
}
