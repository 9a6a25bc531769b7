// The three places where other rooms and node packs teach this one their types. They are filled by declaration merging:
//
//   declare module '@snug/execution' { interface DataTypes { IMAGE: Image } interface NodeServices { engine: Engine } }
//
// so that `image()` yields an `Image` in every node while this room knows no tensor and no engine.

/** Data type name on the wire to the type of its values in memory (spec node-contract.md section 6). */
export interface DataTypes {
  readonly INT: number;
  readonly FLOAT: number;
  readonly STRING: string;
  readonly BOOLEAN: boolean;
}

/** What nodes may use while they run (`ctx.services`); handed to `createExecutor`. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface NodeServices {}

/** What declarations, validators and fingerprints may read, e.g. the list of model files. Must be cheap to ask. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface NodeEnvironment {}

/** Type of the values of a data type; `unknown` for names that nobody declared. */
export type ValueOf<K extends string> = K extends keyof DataTypes ? DataTypes[K] : unknown;
