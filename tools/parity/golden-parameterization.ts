// Builds the parameterisation that a golden case names. Names are explained by the `table_*` entries of the
// `schedulers` folder: their params hold the model type and its settings, so that trees with other settings work
// without a change here.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NoiseParameterization, NoiseScheduleData } from '../../engine/src/models/model.ts';
import type { Parameterization } from '../../engine/src/sampling/parameterizations/parameterization.ts';
import { parameterizationOf } from '../../engine/src/sampling/parameterizations/parameterization-of.ts';
import type { GoldenCase } from './suite.ts';

/** Params of a `table_*` entry. */
interface TableParams {
  readonly model_sampling: string;
  readonly model_type: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly linear_start?: number;
  readonly linear_end?: number;
  readonly num_timesteps?: number;
  readonly shift?: number;
  readonly multiplier?: number;
  readonly sigma_data?: number;
}

/** Finds parameterisations by the name used in `model` and `model_sampling` params. */
export class GoldenParameterizations {
  readonly #tables: ReadonlyMap<string, TableParams>;

  private constructor(tables: ReadonlyMap<string, TableParams>) {
    this.#tables = tables;
  }

  static async load(treePath: string): Promise<GoldenParameterizations> {
    const index = await readFile(join(treePath, 'schedulers', 'index.json'), 'utf8');
    const tables = (JSON.parse(index) as GoldenCase[]).map(({ params }) => params as unknown as TableParams);
    return new GoldenParameterizations(
      new Map(
        tables.filter(({ model_type: type, settings }) => type && settings).map(table => [table.model_sampling, table]),
      ),
    );
  }

  /** Undefined when this version has no such parameterisation; throws when the tree does not explain the name. */
  named(name: string): Parameterization | undefined {
    const data = this.dataNamed(name);
    return data && parameterizationOf(data);
  }

  /** The same as a model carries it. */
  dataNamed(name: string): NoiseParameterization | undefined {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`no table explains the model sampling "${name}"`);
    return dataOfTable(table);
  }

  /** Model type for messages: `EPS`, `FLOW`, ... */
  typeOf(name: string): string {
    return this.#tables.get(name)?.model_type ?? 'unknown';
  }
}

function dataOfTable(table: TableParams): NoiseParameterization | undefined {
  const range = { sigmaMin: Number(table.settings['sigma_min']), sigmaMax: Number(table.settings['sigma_max']) };
  const shift = table.shift ?? 1;
  switch (table.model_type) {
    case 'EPS':
      return { prediction: 'eps', schedule: scaledLinear(table) };
    case 'V_PREDICTION':
      return { prediction: 'v', schedule: scaledLinear(table) };
    case 'FLOW':
      return { prediction: 'flow', schedule: { kind: 'flow', shift, multiplier: table.multiplier ?? 1000 } };
    case 'STABLE_CASCADE':
      return { prediction: 'eps', schedule: { kind: 'cosine', shift } };
    case 'FLUX':
      return { prediction: 'flow', schedule: { kind: 'flux', shift } };
    case 'EDM': {
      const sigmaData = table.sigma_data ?? 1;
      return { prediction: 'edm', sigmaData, schedule: { kind: 'log-uniform', timestep: 'quarter-log', ...range } };
    }
    case 'V_PREDICTION_EDM':
      return { prediction: 'v', schedule: { kind: 'log-uniform', timestep: 'quarter-log', ...range } };
    case 'V_PREDICTION_CONTINUOUS':
      return { prediction: 'v', schedule: { kind: 'log-uniform', timestep: 'angle', ...range } };
    case 'FLOW_COSMOS':
      return { prediction: 'scaled-flow', schedule: { kind: 'log-uniform', timestep: 'flow-time', ...range } };
    default:
      return undefined;
  }
}

function scaledLinear({ linear_start, linear_end, num_timesteps, settings }: TableParams): NoiseScheduleData {
  return {
    kind: 'scaled-linear',
    timesteps: num_timesteps ?? 1000,
    linearStart: linear_start ?? 0.00085,
    linearEnd: linear_end ?? 0.012,
    isZeroTerminalSnr: settings['zsnr'] === true,
  };
}
