/** Records: the least time over each distance in runs, and the best mean power for each duration. */
import { Effect, Stream } from "effect"
import { parseExact } from "../../../schemas/json/Json.ts"
import type { SampleNames, Samples } from "../../landed/Samples.ts"
import { StoredData } from "../../landed/StoredData.ts"
import { bestMeans, distances, durations, leastTimes } from "../../metrics/curves.ts"
import { isoOf } from "../../metrics/days.ts"
import type { Units } from "../../metrics/units.ts"
import { clock, durationOfSeconds } from "../../report/format.ts"
import type { ReportActivity } from "../../report/history.ts"
import type { EffortResult } from "../../report/model/blockText.ts"
import { rankedEfforts } from "../../report/pack/records.ts"
import { integerColumn, plainColumn, speedText } from "../screen.ts"
import type { ShowColumn, ShowRow, ShowTable } from "../Table.ts"

type RecordKind = "run" | "power"

const columns: ReadonlyArray<ShowColumn> = [
  { name: "kind", type: "str" },
  { name: "record", type: "str" },
  { name: "distance", type: "float", unit: "m" },
  { name: "time", type: "float", unit: "s" },
  { name: "watts", type: "float" },
  { name: "day", type: "date" },
  { name: "activity", type: "str" },
  { name: "sport", type: "str" },
  { name: "id", type: "int" },
]

const names = new Map([
  [1_609.344, "1 mile"],
  [21_097.5, "half marathon"],
  [42_195, "marathon"],
])

const distanceName = (meters: number): string =>
  names.get(meters) ?? (meters < 1_000 ? `${meters} m` : `${meters / 1_000} km`)

const wanted: Readonly<Record<RecordKind, SampleNames>> = {
  run: new Set(["time", "distance"]),
  power: new Set(["time", "watts"]),
}

const kindOf = ({ activity, group }: ReportActivity): RecordKind | undefined =>
  group === "run" ? "run" : activity.device_watts === true ? "power" : undefined

const resultsOf = (kind: RecordKind, samples: Samples): ReadonlyArray<EffortResult> => {
  const { distance = [], time = [], watts = [] } = samples
  const keys = kind === "run" ? distances : durations
  const values = kind === "run" ? leastTimes(time, distance) : bestMeans(time, watts)
  return keys.flatMap((key, i): ReadonlyArray<EffortResult> => {
    const value = values[i] ?? null
    return value === null || value === 0 ? [] : [[key, value]]
  })
}

/** Returns the records of one kind, from the streams of those of the entries that have any. */
const recordsOf = Effect.fnUntraced(function* (
  kind: RecordKind,
  entries: ReadonlyArray<ReportActivity>,
) {
  const { streamsOf } = yield* StoredData
  const byId = new Map(entries.map((entry) => [entry.activity.id, entry]))
  const efforts = new Map<string, ReadonlyArray<EffortResult>>()
  yield* Stream.runForEach(
    streamsOf([...byId.keys()], wanted[kind]),
    ([id, samples]) => Effect.sync(() => void efforts.set(id, resultsOf(kind, samples))),
  )
  const { records } = rankedEfforts(
    entries.map(({ activity: { id }, day }) => ({ id, day, efforts: efforts.get(id) ?? [] })),
    kind === "run" ? distances : durations,
    kind === "run" ? (a, b) => a - b : (a, b) => b - a,
  )
  return records.flatMap(({ key, steps }): ReadonlyArray<ShowRow> => {
    const best = steps.at(-1)
    const activity = byId.get(best?.activity ?? "")?.activity
    if (best === undefined || activity === undefined) return []
    return [{
      kind,
      record: kind === "run" ? distanceName(key) : durationOfSeconds(key),
      distance: kind === "run" ? key : null,
      time: kind === "run" ? best.value : key,
      watts: kind === "run" ? null : best.value,
      day: isoOf(best.day),
      activity: activity.name,
      sport: activity.sport_type ?? activity.type,
      id: parseExact(activity.id),
    }]
  })
})

const resultText = ({ kind, time, watts }: ShowRow): string =>
  kind === "run" ? clock(Number(time)) : `${Math.round(Number(watts))} W`

/** Returns the records of all activities, newest first, up to the last day. */
export const recordsTable = Effect.fn("recordsTable")(function* (
  entries: ReadonlyArray<ReportActivity>,
  units: Units,
) {
  const by = Map.groupBy(entries, kindOf)
  const rows = yield* Effect.forEach(
    ["run", "power"] as const,
    (kind) => recordsOf(kind, by.get(kind) ?? []),
  )
  return {
    noun: ["record", "records"],
    complete: true,
    columns,
    screen: [
      plainColumn("kind"),
      plainColumn("record"),
      { label: "best", unit: "", right: true, cell: resultText },
      {
        ...{ label: "pace", unit: "", right: true, rank: 1 },
        cell: ({ distance, sport, time }) =>
          distance === null
            ? null
            : speedText(units, String(sport), Number(distance) / Number(time)),
      },
      plainColumn("day"),
      plainColumn("activity", { rank: 2, shrinkTo: 12 }),
      integerColumn("id", { rank: 3 }),
    ],
    rows: rows.flat(),
    curves: () => [],
  } satisfies ShowTable
})
