/** A table for `show`: its columns, all of its rows, and the curves below it. */
import type { Numbers } from "../landed/Samples.ts"

export type ShowRow = Readonly<Record<string, unknown>>

export interface ShowColumn {
  readonly name: string
  readonly type: "int" | "float" | "str" | "bool" | "date" | "datetime"
  /** Decimals on the screen; JSON and CSV have all. */
  readonly decimals?: number
  /** Order in which columns are hidden on a narrow screen: the highest first; 0 or none: never. */
  readonly rank?: number
  /** Least width to which its values are cut before columns are hidden. */
  readonly shrinkTo?: number
  /** Only in JSON and CSV, and available to `--where`. */
  readonly hidden?: true
}

export interface Curve {
  readonly name: string
  readonly values: Numbers
  readonly unit: string
  /** Value at which the bars begin; the least value if undefined. */
  readonly floor?: number
  /** If there are more values than fit, show the newest ones, not means. */
  readonly newest?: boolean
}

export interface ShowTable {
  /** Title, if several tables are shown. */
  readonly title?: string
  readonly columns: ReadonlyArray<ShowColumn>
  readonly rows: ReadonlyArray<ShowRow>
  /** Notes about data that no row shows. */
  readonly notes?: ReadonlyArray<string>
  /** Returns the curves of the rows that `--where` leaves. */
  readonly curves: (rows: ReadonlyArray<ShowRow>) => ReadonlyArray<Curve>
}
