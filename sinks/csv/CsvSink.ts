/**
 * CSV: `athlete.csv`, `stats.csv` (one row), `zones.csv` (a row per zone), `activities.csv`,
 * `details.csv`, `gear.csv` (a row each), `laps.csv`, `splits.csv`, `segment_efforts.csv`,
 * `best_efforts.csv` (a row for each entry of details), `streams/<id>.csv` (a row per sample).
 * Columns are Strava's fields: known ones first, then any others in the order in which they first
 * appeared.
 */
import { Effect, Path } from "effect"
import { recordOf, tableResources } from "../../schemas/Item.ts"
import {
  athleteContent,
  athleteIdOf,
  isStats,
  isZones,
  olderAthleteContent,
  statsContent,
  zonesContent,
} from "./singleResponse.ts"
import { csvResourceFiles } from "./csvShelf.ts"
import { streamsContent } from "./streams.ts"
import { csvActivities, csvDeclared, csvDetails, csvGear, detailTables } from "./tables.ts"
import { filePerItem } from "../files/filePerItem.ts"
import { fileSink } from "../files/FileSink.ts"
import type { Format } from "../files/Format.ts"
import { find } from "../files/readBack.ts"
import { withPresence } from "../files/presence.ts"
import { onlyFile } from "../files/singleFile.ts"
import type { SinkTraits } from "../Sink.ts"
import type { SinkKind } from "../SinkKind.ts"

const format: Format = Effect.fnUntraced(function* (directory) {
  const path = yield* Path.Path
  const profile = path.join(directory, "athlete.csv")
  /** Athlete of the tables that do not contain it: the one in the profile next to them. */
  const owner = () =>
    Effect.flatMap(
      find(profile),
      (found) =>
        found === undefined || "fault" in found ? Effect.undefined : athleteIdOf(found.bytes),
    )
  return {
    athlete: onlyFile(profile, {
      contentOf: athleteContent,
      olderContentOf: olderAthleteContent,
      what: "an athlete",
      isReadable: (content) => Effect.map(athleteIdOf(content), (id) => id !== undefined),
      whose: (content) => content === undefined ? Effect.undefined : athleteIdOf(content),
      keepsAnswers: false,
    }),
    zones: onlyFile(path.join(directory, "zones.csv"), {
      contentOf: zonesContent,
      what: "zones",
      isReadable: isZones,
      whose: owner,
      profile,
      keepsAnswers: false,
    }),
    stats: onlyFile(path.join(directory, "stats.csv"), {
      contentOf: statsContent,
      what: "totals",
      isReadable: isStats,
      whose: owner,
      profile,
      keepsAnswers: false,
    }),
    gear: yield* csvResourceFiles(directory, csvGear),
    activities: yield* csvResourceFiles(directory, csvActivities),
    details: yield* csvResourceFiles(directory, csvDetails, detailTables),
    ...(yield* Effect.all(
      recordOf(
        tableResources(),
        (resource) => csvResourceFiles(directory, csvDeclared(resource)),
      ),
    )),
    streams: yield* filePerItem("streams", directory, {
      contentOf: streamsContent,
      extension: ".csv",
      keepsAnswers: false,
      made: "at once",
    }),
  }
})

const traits: SinkTraits = {
  name: "csv",
  title: "CSV",
  keepsResponses: false,
  rank: 3,
  mainFile: "activities.csv",
  demoFiles: [
    { path: "athlete.csv" },
    { path: "activities.csv" },
    { path: "gear.csv" },
    { path: "export.csv" },
    { path: "streams", files: "files, a row per sample" },
  ],
}

/** Returns the sink that writes to `directory`. */
export const csvSink = (directory: string) => fileSink(traits, directory, format)

export const csvSinkKind: SinkKind = {
  ...traits,
  make: Effect.fnUntraced(function* ({ data }) {
    return yield* withPresence(yield* csvSink((yield* Path.Path).join(data, traits.name)))
  }),
}
