// From the data that a model carries to its parameterisation.
import type { NoiseParameterization } from '../../models/model.ts';
import { cumulativeAlphas, discreteSchedule } from './discrete-schedule.ts';
import type { Parameterization, Prediction } from './parameterization.ts';
import { epsPrediction, flowPrediction, vPrediction } from './predictions.ts';

const predictions: Readonly<Record<NoiseParameterization['prediction'], Prediction>> = {
  eps: epsPrediction,
  v: vPrediction,
  flow: flowPrediction,
};

export function parameterizationOf({ prediction, schedule }: NoiseParameterization): Parameterization {
  return { ...predictions[prediction], ...discreteSchedule(cumulativeAlphas(schedule)) };
}
