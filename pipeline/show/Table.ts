/** A table to be shown: its columns, all of its rows, and the curves that stand below it. */
import type { Numbers } from "../landed/Samples.ts"

export type ShowRow = Readonly<Record<string, unknown>>

export interface ShowColumn {
  readonly name: string
  readonly type: "int" | "float" | "str" | "bool" | "date" | "datetime"
  /** Decimals on the screen; JSON and CSV have all of them. */
  readonly decimals?: number
  /** Order in which columns are hidden on a narrow screen: the greatest first; 0 or none, never. */
  readonly rank?: number
  /** Least width to which its values are cut before columns are hidden. */
  readonly shrinkTo?: number
  /** Only in JSON and CSV, and for `--where`. */
  readonly hidden?: true
}

export interface Curve {
  readonly name: string
  readonly values: Numbers
  readonly unit: string
  /** Where the bars begin; at the least value unless told. */
  readonly floor?: number
  /** Of more values than fit the newest are shown, not their means. */
  readonly newest?: boolean
}

export interface ShowTable {
  /** What stands above it where several are shown. */
  readonly title?: string
  readonly columns: ReadonlyArray<ShowColumn>
  readonly rows: ReadonlyArray<ShowRow>
  /** Sentences about data that no row shows. */
  readonly notes?: ReadonlyArray<string>
  /** Of the rows that are left after `--where`. */
  readonly curves: (rows: ReadonlyArray<ShowRow>) => ReadonlyArray<Curve>
}
