/** Tables of gear, with the activities that used it, and of the athlete's zones. */
import type { DetailedAthlete } from "../../schemas/Athlete.ts"
import type { Zones } from "../../schemas/Zones.ts"
import { number, record, text } from "../landed/values.ts"
import { isoOf } from "../metrics/days.ts"
import { totalsOf } from "../metrics/totals.ts"
import type { Units } from "../metrics/units.ts"
import type { ReportActivity } from "../report/history.ts"
import { rounded } from "./numbers.ts"
import { distanceColumn, hoursColumn, integerColumn, plainColumn } from "./screen.ts"
import type { ShowRow, ShowTable } from "./Table.ts"

const listed = (athlete: DetailedAthlete | undefined, kind: "bikes" | "shoes") => {
  const list = record(athlete)?.[kind]
  return (Array.isArray(list) ? list : []).flatMap((one) => {
    const gear = record(one)
    const id = text(gear?.["id"])
    return id === null ? [] : [{ id, kind: kind === "bikes" ? "bike" : "shoe", gear }]
  })
}

/** Returns gear of the profile and gear that activities name; the most used last. */
export const gearTable = (
  athlete: DetailedAthlete | undefined,
  entries: ReadonlyArray<ReportActivity>,
  /** Names of gear in an export, by id. */
  imported: ReadonlyMap<string, string>,
  units: Units,
): ShowTable => {
  const owned = new Map(
    [...listed(athlete, "bikes"), ...listed(athlete, "shoes")].map((one) => [one.id, one]),
  )
  const by = Map.groupBy(
    entries.filter(({ activity }) => activity.gear_id !== null),
    ({ activity }) => activity.gear_id!,
  )
  const rows = [...new Set([...owned.keys(), ...by.keys()])].map((id) => {
    const some = by.get(id) ?? []
    const sums = totalsOf(some, -Infinity, Infinity)
    const days = some.map(({ day }) => day).sort((a, b) => a - b)
    const gear = owned.get(id)
    return {
      id,
      kind: gear?.kind ?? (id.startsWith("b") ? "bike" : id.startsWith("g") ? "shoe" : null),
      name: text(gear?.gear?.["name"]) ?? imported.get(id) ?? null,
      activities: sums.activities,
      km: rounded(sums.meters / 1_000),
      hours: rounded(sums.seconds / 3_600),
      from: days[0] === undefined ? null : isoOf(days[0]),
      to: days.length === 0 ? null : isoOf(days.at(-1)!),
    }
  })
  return {
    noun: ["bike or shoe", "bikes and shoes"],
    columns: [
      { name: "id", type: "str" },
      { name: "kind", type: "str" },
      { name: "name", type: "str" },
      { name: "activities", type: "int" },
      { name: "km", type: "float", unit: "km", alias: "distance" },
      { name: "hours", type: "float", unit: "h", alias: "time" },
      { name: "from", type: "date" },
      { name: "to", type: "date" },
    ],
    screen: [
      plainColumn("id", { rank: 4 }),
      plainColumn("kind", { rank: 5 }),
      plainColumn("name", { shrinkTo: 12 }),
      integerColumn("activities", { rank: 2 }),
      distanceColumn("km", "km", units, 1, { rank: 1 }),
      hoursColumn("hours", { rank: 3 }, 3_600),
      plainColumn("from", { rank: 7 }),
      plainColumn("to", { rank: 6 }),
    ],
    rows: rows.sort((a, b) => a.km - b.km || (a.id < b.id ? -1 : 1)),
    curves: () => [],
  }
}

export const zonesTable = (zones: Zones | undefined): ShowTable => ({
  noun: ["zone", "zones"],
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
