// From the data that a model carries to its parameterisation.
import type { NoiseParameterization, NoiseScheduleData } from '../../models/model.ts';
import { cosineSchedule } from './cosine-schedule.ts';
import { cumulativeAlphas, discreteSchedule, distilledSchedule } from './discrete-schedule.ts';
import { flowSchedule, fluxSchedule } from './flow-schedule.ts';
import { logUniformSchedule } from './log-uniform-schedule.ts';
import type { NoiseSchedule, Parameterization, Prediction } from './parameterization.ts';
import {
  cleanPrediction,
  consistencyPrediction,
  edmPrediction,
  epsPrediction,
  flowPrediction,
  scaledFlowPrediction,
  unscaledCleanPrediction,
  vPrediction,
} from './predictions.ts';

export function parameterizationOf(data: NoiseParameterization): Parameterization {
  const schedule = scheduleOf(data.schedule);
  return { ...predictionOf(data, schedule), ...schedule };
}

function predictionOf(
  { prediction, sigmaData = 1 }: NoiseParameterization,
  { timestep }: Pick<NoiseSchedule, 'timestep'>,
): Prediction {
  switch (prediction) {
    case 'eps':
      return epsPrediction;
    case 'v':
      return vPrediction;
    case 'edm':
      return edmPrediction(sigmaData);
    case 'flow':
      return flowPrediction;
    case 'scaled-flow':
      return scaledFlowPrediction;
    case 'lcm':
      return consistencyPrediction(timestep);
    case 'x0':
      return cleanPrediction;
    case 'x0-unscaled':
      return unscaledCleanPrediction;
  }
}

function scheduleOf(data: NoiseScheduleData): NoiseSchedule {
  switch (data.kind) {
    case 'scaled-linear':
      return data.distilledTimesteps === undefined
        ? discreteSchedule(cumulativeAlphas(data))
        : distilledSchedule(cumulativeAlphas(data), data.distilledTimesteps);
    case 'cosine':
      return cosineSchedule(data);
    case 'flow':
      return flowSchedule(data);
    case 'flux':
      return fluxSchedule(data);
    case 'log-uniform':
      return logUniformSchedule(data);
  }
}
