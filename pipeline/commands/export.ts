/** `paceline export`: the tracks of stored activities as GPX or GeoJSON, without a request. */
import { Effect, Option, Path, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { isRawNumber } from "../../schemas/json/Json.ts"
import { complain, print } from "../base/runMain.ts"
import { newestFirst } from "../landed/Activity.ts"
import { StoredData } from "../landed/StoredData.ts"
import { isEmpty, noActivities } from "../landed/state.ts"
import { showProgress } from "../output/progress/CommandDisplay.ts"
import { tablesOf } from "../show/tables.ts"
import { exportTracks } from "./export/exportTracks.ts"
import { renderExport } from "../show/tracks/page.ts"
import { filterOf } from "../show/where.ts"
import { trackFormats } from "../state/file/files.ts"
import { databaseUrl } from "./flags/databaseUrl.ts"
import { dataFlag, jsonFlag } from "./process/flags.ts"
import { whereFlag } from "./process/measures.ts"
import { withoutNetwork } from "./process/withoutNetwork.ts"

/** Returns the activities that pass the conditions, oldest first. */
const chosenActivities = Effect.fnUntraced(
  function* (where: ReadonlyArray<string>, data: string) {
    const stored = yield* StoredData
    const [table] = yield* tablesOf("activities", {
      ids: [],
      folder: data,
      exact: false,
      units: "metric",
      weekStart: "monday",
    })
    const { notes, passes } = yield* filterOf(where, table?.columns ?? [])
    yield* Effect.forEach(notes, (note) => complain(`  ${note}`))
    const ids = new Set(
      (table?.rows ?? []).filter(passes)
        .map(({ id }) => isRawNumber(id) ? id.rawJSON : String(id)),
    )
    const activities = yield* Stream.runCollect(stored.activities)
    return activities.filter(({ id }) => ids.has(id)).toSorted(newestFirst).toReversed()
  },
)

export const exportCommand = Command.make(
  "export",
  {
    format: Argument.Literals("format", trackFormats).pipe(
      Argument.withDescription(
        "gpx: a file per activity; geojson: one file with all of them",
      ),
    ),
    data: dataFlag,
    json: jsonFlag,
    where: whereFlag,
    out: Flag.String("out").pipe(
      Flag.withDescription("Output folder (default: gpx or geojson in data directory)"),
      Flag.withMetavar("FOLDER"),
      Flag.optional,
    ),
    trim: Flag.Boolean("trim").pipe(
      Flag.withDescription("Leave out 200 to 900 m at both ends of each track"),
      Flag.withDefault(false),
    ),
  },
  Effect.fnUntraced(function* ({ data, format, json, out, trim, where }) {
    const { join } = yield* Path.Path
    const exported = yield* Effect.gen(function* () {
      const { notes, state } = yield* StoredData
      yield* Effect.forEach(notes, (note) => complain(`  ${note}`))
      if (state !== undefined && isEmpty(state)) yield* complain(`  ${noActivities(state)}`)
      const folder = Option.getOrElse(out, () => join(data, format))
      const activities = yield* chosenActivities(where, data)
      return yield* exportTracks({ format, folder, trim, activities })
    }).pipe(
      showProgress("export", { hidden: json }),
      Effect.provide(StoredData.layer({ data, databaseUrl: yield* databaseUrl })),
      Effect.catchTag("StoredDataError", withoutNetwork("export", data)),
    )
    yield* print(json ? JSON.stringify(exported) : renderExport(exported, { data, trim }))
  }),
).pipe(
  Command.withDescription("Export tracks as GPX or GeoJSON"),
  Command.withExamples([
    { command: "paceline export gpx", description: "Write a GPX file for each activity" },
    {
      command: "paceline export geojson --where sport=Hike --trim",
      description: "Write a map of all hikes, without the ends of each",
    },
  ]),
)
