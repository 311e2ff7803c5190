/** A table for `show`: its columns, all of its rows, and the curves below it. */
import type { Numbers } from "../landed/Samples.ts"
import type { StoredUnit } from "./quantities.ts"

export type ShowRow = Readonly<Record<string, unknown>>

/** A column of JSON and CSV, and of conditions: always in the stored unit, with every digit. */
export interface ShowColumn {
  readonly name: string
  readonly type: "int" | "float" | "str" | "bool" | "date" | "datetime"
  /** Unit of its values, if a condition can have another one: `30mi`. */
  readonly unit?: StoredUnit
  /** Name on the screen, which a condition can have too. */
  readonly alias?: string
}

/** A column on the screen, in the chosen units. */
export interface ScreenColumn {
  readonly label: string
  /** Shown under the label; empty without a unit. */
  readonly unit: string
  readonly right: boolean
  /** Order in which columns are hidden on a narrow screen: the highest first; 0 or none: never. */
  readonly rank?: number
  /** Least width to which its values are cut before columns are hidden. */
  readonly shrinkTo?: number
  /** Returns the cell of a row; null if there is no value. */
  readonly cell: (row: ShowRow) => unknown
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
  /** Name of a row, and of several. */
  readonly noun: readonly [one: string, many: string]
  readonly columns: ReadonlyArray<ShowColumn>
  readonly screen: ReadonlyArray<ScreenColumn>
  readonly rows: ReadonlyArray<ShowRow>
  /** True to print all rows without `--head` and `--tail`; otherwise those in the middle are left out. */
  readonly complete?: true
  /** Notes about data that no row shows. */
  readonly notes?: ReadonlyArray<string>
  /** Returns the curves of the rows that `--where` leaves. */
  readonly curves: (rows: ReadonlyArray<ShowRow>) => ReadonlyArray<Curve>
}
