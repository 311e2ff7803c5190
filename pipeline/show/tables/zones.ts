/** The table of the athlete's zones. */
import type { Zones } from "../../../schemas/Zones.ts"
import { number } from "../../landed/values.ts"
import { integerColumn, plainColumn } from "../screen.ts"
import type { ShowRow, ShowTable } from "../Table.ts"

export const zonesTable = (zones: Zones | undefined): ShowTable => ({
  noun: ["zone", "zones"],
  complete: true,
  columns: [
    { name: "kind", type: "str" },
    { name: "zone", type: "int" },
    { name: "min", type: "int" },
    { name: "max", type: "int" },
  ],
  screen: [plainColumn("kind"), integerColumn("zone"), integerColumn("min"), integerColumn("max")],
  rows: (["heart_rate", "power"] as const).flatMap((kind) =>
    (zones?.[kind]?.zones ?? []).map(({ max, min }, i): ShowRow => ({
      kind,
      zone: i + 1,
      min: number(min),
      // Strava sends -1 for no upper bound.
      max: max === -1 ? null : number(max),
    }))
  ),
  curves: () => [],
})
