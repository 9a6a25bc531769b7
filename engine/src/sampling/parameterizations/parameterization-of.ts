// From the data that a model carries to its parameterisation.
import type { NoiseParameterization, NoiseScheduleData } from '../../models/model.ts';
import { cumulativeAlphas, discreteSchedule } from './discrete-schedule.ts';
import { flowSchedule, fluxSchedule } from './flow-schedule.ts';
import { logUniformSchedule } from './log-uniform-schedule.ts';
import type { NoiseSchedule, Parameterization, Prediction } from './parameterization.ts';
import { edmPrediction, epsPrediction, flowPrediction, scaledFlowPrediction, vPrediction } from './predictions.ts';

export function parameterizationOf(data: NoiseParameterization): Parameterization {
  return { ...predictionOf(data), ...scheduleOf(data.schedule) };
}

function predictionOf({ prediction, sigmaData = 1 }: NoiseParameterization): Prediction {
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
  }
}

function scheduleOf(data: NoiseScheduleData): NoiseSchedule {
  switch (data.kind) {
    case 'scaled-linear':
      return discreteSchedule(cumulativeAlphas(data));
    case 'flow':
      return flowSchedule(data);
    case 'flux':
      return fluxSchedule(data);
    case 'log-uniform':
      return logUniformSchedule(data);
  }
}
