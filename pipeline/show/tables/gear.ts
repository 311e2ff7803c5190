/** The table of bikes and shoes: their distance, their age, and the activities that used them. */
import type { DetailedAthlete } from "../../../schemas/Athlete.ts"
import type { DetailedGear } from "../../../schemas/Gear.ts"
import { boolean, number, record, recordsIn, text } from "../../landed/values.ts"
import { type Day, isoOf } from "../../metrics/days.ts"
import { totalsOf } from "../../metrics/totals.ts"
import type { Units } from "../../metrics/units.ts"
import type { ReportActivity } from "../../report/history.ts"
import { rounded } from "../numbers.ts"
import {
  anyNumber,
  columnOf,
  distanceColumn,
  hoursColumn,
  integerColumn,
  plainColumn,
} from "../screen.ts"
import type { ShowColumn, ShowRow, ShowTable } from "../Table.ts"

interface GearSources {
  readonly athlete: DetailedAthlete | undefined
  /** Responses about bikes and shoes. */
  readonly gear: ReadonlyArray<DetailedGear>
  /** Names of gear in an export, by id. */
  readonly imported: ReadonlyMap<string, string>
  readonly entries: ReadonlyArray<ReportActivity>
  /** Last day of the data, up to which gear in use ages. */
  readonly last: Day
}

const columns: ReadonlyArray<ShowColumn> = [
  { name: "id", type: "str" },
  { name: "kind", type: "str" },
  { name: "name", type: "str" },
  { name: "activities", type: "int" },
  { name: "km", type: "float", unit: "km" },
  { name: "hours", type: "float", unit: "h", alias: "time" },
  { name: "from", type: "date" },
  { name: "to", type: "date" },
  { name: "distance", type: "float", unit: "m" },
  { name: "age_days", type: "int", alias: "age" },
  { name: "retired", type: "bool" },
]

type Sent = Readonly<Record<string, unknown>>

/** Strava's ids of bikes begin with b, those of shoes with g. */
const kindOf = (id: string) => id.startsWith("b") ? "bike" : id.startsWith("g") ? "shoe" : null

const rowsOf = ({ athlete, entries, gear, imported, last }: GearSources) => {
  const known = new Map<string, Sent>()
  const profile = record(athlete)
  // The profile has only names and distances, so the responses of gear follow it.
  const lists: ReadonlyArray<unknown> = [profile?.["bikes"], profile?.["shoes"], gear]
  for (const one of lists.flatMap(recordsIn)) {
    const id = text(one["id"])
    if (id !== null) known.set(id, { ...known.get(id), ...one })
  }
  const used = Map.groupBy(entries, ({ activity }) => activity.gear_id)
  used.delete(null)
  return [...new Set([...known.keys(), ...used.keys()])].flatMap((id) => {
    if (id === null) return []
    const some = used.get(id) ?? []
    const sent = known.get(id)
    const sums = totalsOf(some, -Infinity, Infinity)
    const days = some.map(({ day }) => day).sort((a, b) => a - b)
    const [from, to] = [days[0], days.at(-1)]
    const retired = boolean(sent?.["retired"])
    const end = retired === true ? to : Math.max(last, to ?? last)
    return [{
      id,
      kind: kindOf(id),
      name: text(sent?.["nickname"]) || text(sent?.["name"]) || (imported.get(id) ?? null),
      activities: sums.activities,
      km: rounded(sums.meters / 1_000),
      hours: rounded(sums.seconds / 3_600),
      from: from === undefined ? null : isoOf(from),
      to: to === undefined ? null : isoOf(to),
      distance: number(sent?.["distance"]),
      age_days: from === undefined || end === undefined ? null : end - from,
      retired,
    }]
  })
}

/** `3 y 4 mo`, `5 mo`, `12 d` */
const ageText = (days: number): string => {
  const months = Math.floor(days / 30.4375)
  if (months === 0) return `${days} d`
  const years = Math.floor(months / 12)
  return [years > 0 && `${years} y`, months % 12 > 0 && `${months % 12} mo`].filter(Boolean).join(
    " ",
  )
}

/** Distance at Strava, which includes what was ridden or run before; otherwise that of the activities. */
const metersOf = ({ distance, km }: ShowRow): number => anyNumber(distance) ?? Number(km) * 1_000

/** Returns gear of the profile and gear that activities name; the most used last. */
export const gearTable = (sources: GearSources, units: Units): ShowTable => ({
  noun: ["bike or shoe", "bikes and shoes"],
  complete: true,
  columns,
  screen: [
    plainColumn("name", { shrinkTo: 12 }),
    plainColumn("kind", { rank: 5 }),
    columnOf(distanceColumn("distance", "m", units, 0), (row) => ({ distance: metersOf(row) })),
    columnOf(
      plainColumn("age_days", { label: "age", rank: 1 }),
      ({ age_days }) => ({ age_days: age_days === null ? null : ageText(Number(age_days)) }),
    ),
    columnOf(
      plainColumn("retired", { rank: 2 }),
      ({ retired }) => ({ retired: retired === true ? "retired" : null }),
    ),
    integerColumn("activities", { rank: 3 }),
    hoursColumn("hours", { rank: 4 }, 3_600),
    plainColumn("from", { rank: 7 }),
    plainColumn("to", { rank: 6 }),
    plainColumn("id", { rank: 8 }),
  ],
  rows: rowsOf(sources).sort((a, b) => a.km - b.km || (a.id < b.id ? -1 : 1)),
  curves: () => [],
})
