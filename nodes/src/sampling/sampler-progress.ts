// Progress of a sampler: after each step a `progress` message, with a small picture of the estimate when previews are on
// (spec websocket.md 6.6). Pictures are encoded while the next step is already being computed.
import { type DiffusionModel, encodePreview, type SamplingStep } from '@snug/engine';
import type { NodeContext } from '@snug/execution';
import type { PreviewMethod } from '../node-types.ts';
import { previewPainter } from './preview-painter.ts';

const METHODS: readonly string[] = ['none', 'auto', 'latent2rgb', 'taesd'] satisfies PreviewMethod[];

type ProgressContext = Pick<NodeContext<never>, 'extraData' | 'progress' | 'services' | 'signal'>;

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

export function reportSteps(context: ProgressContext, model: DiffusionModel): SamplerProgress {
  const { previewSize } = context.services.settings;
  const paint = previewPainter(previewMethodOf(context), context, model);
  if (paint === undefined) {
    return {
      onStep: ({ step, totalSteps }) => context.progress(step + 1, totalSteps),
      finished: async () => {},
    };
  }
  let reports: Promise<void> = Promise.resolve();
  const report = async ({ step, totalSteps, denoised }: SamplingStep): Promise<void> => {
    const picture = await paint(denoised);
    if (picture === undefined) return context.progress(step + 1, totalSteps);
    const image = await encodePreview(picture, { maxSide: previewSize });
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
