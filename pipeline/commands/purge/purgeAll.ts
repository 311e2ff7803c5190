/** Deletes all data in the data directory and in the database, after confirmation. */
import { Clock, Effect, FileSystem, Layer, Option, Path, type Redacted } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Resource } from "../../../schemas/Item.ts"
import { type PostgresDatabase, server } from "../../../sinks/postgres/connection/client.ts"
import { lockCluster } from "../../../sinks/postgres/embedded/clusterFolder.ts"
import { census, deleteAthlete as eraseRows } from "../../../sinks/postgres/write/erase.ts"
import { postgresConfig, postgresSinkKind } from "../../../sinks/postgres/PostgresSink.ts"
import { sinkNames } from "../../../sinks/SinkKind.ts"
import { sinksLayer } from "../../run/layers.ts"
import { purgeEverything } from "../../purge/everything.ts"
import { inventoryOf } from "../../purge/inventory.ts"
import { countOf } from "../../state/ledger/counts.ts"
import { lockPath } from "../../state/file/lock.ts"
import { type Purging, purgingFile, readPurging } from "../../state/file/purgeMarker.ts"
import { stateDiskError } from "../../state/StateError.ts"
import { StateFile } from "../../state/StateFile.ts"
import { revoke as withdraw } from "../../strava/auth/revoke.ts"
import { Strava } from "../../strava/Strava.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { TokenFile } from "../../strava/auth/TokenFile.ts"
import { consent, NotPurged, otherDatabase } from "../process/consent.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"
import { taskLine } from "../../output/kit/line.ts"
import { print } from "../../base/runMain.ts"
import { printable } from "../../output/kit/terminal.ts"
import { traces } from "../process/stateFileMissing.ts"
import { showProgress } from "../../output/progress/CommandDisplay.ts"
import { renderSurvey, type Survey } from "../../output/purgePage.ts"
import { isThere } from "../process/isThere.ts"

/** Flags of `purge`. */
export interface PurgeOptions {
  readonly folder: string
  readonly json: boolean
  readonly leaveDatabase: boolean
  readonly revoke: boolean
  readonly yes: boolean
}

/** Files that only a data directory has. */
const signs = ["state.db", purgingFile, ".paceline-demo"]

const ours = Effect.fnUntraced(function* (folder: string) {
  const path = yield* Path.Path
  return Option.isSome(
    yield* Effect.findFirst(
      [...yield* traces, ...signs],
      (name) => isThere(path.join(folder, name)),
    ),
  )
})

/** Reads the state file, even during an unfinished purge; undefined if it cannot be read. */
const known = (folder: string) =>
  Effect.gen(function* () {
    const state = yield* StateFile
    const { items, unknownSinks } = yield* state.counts
    const count = (resource: Resource) => countOf(items, resource, "delivered", "staged")
    return {
      athlete: yield* state.athlete,
      stored: { activities: count("activities"), streams: count("streams") },
      unknownSinks,
      postgres: (yield* state.ledger.identities).get(postgresSinkKind.name),
    }
  }).pipe(
    Effect.provide(StateFile.layerReadOnlyDuringPurge(folder)),
    Effect.orElseSucceed(() => undefined),
  )

/** Returns the rows to delete from a database server, or the database whose rows are kept. */
const rowsOf = Effect.fnUntraced(function* (
  database: PostgresDatabase | undefined,
  athlete: AthleteId | undefined,
  used: string | undefined,
  leave: boolean,
) {
  const elsewhere = used !== undefined && used !== "embedded" && used !== database?.location
  if (leave) return { server: undefined, left: elsewhere ? used : database?.location }
  if (elsewhere) {
    return yield* otherDatabase(used, database?.location)
  }
  if (database === undefined) return { server: undefined, left: undefined }
  if (athlete === undefined) {
    return yield* new NotPurged({
      why:
        "DATABASE_URL is set, but the athlete of this data is unknown, so no database rows can be " +
        "deleted",
      remedy:
        "To continue and keep the rows: --leave-database. To delete everything that Paceline has " +
        "in that database: drop schema strava cascade",
    })
  }
  const found = yield* census(database, athlete)
  return { server: { location: database.location, ...found }, left: undefined }
})

const survey = Effect.fnUntraced(function* (
  folder: string,
  url: Option.Option<Redacted.Redacted>,
  { leaveDatabase, revoke }: { readonly leaveDatabase: boolean; readonly revoke: boolean },
) {
  const names = yield* sinkNames
  const sinks = sinksLayer({ data: folder, sinks: names, databaseUrl: Option.none() })
  const inventory = yield* inventoryOf(folder).pipe(
    Effect.provide(sinks),
    Effect.catchTag("PlatformError", (error) => Effect.fail(stateDiskError(folder)(error))),
  )
  const { begun, mark } = yield* readPurging(folder)
  const state = yield* known(folder)
  const found = mark?.athlete ?? state?.athlete ?? undefined
  const athlete = found === undefined ? undefined : AthleteId.make(found)
  const database = yield* Option.match(url, {
    onNone: () => Effect.undefined,
    onSome: (url) => server(url),
  })
  const done = mark !== undefined && mark.database !== "to delete"
  const rows = done
    ? { server: undefined, left: undefined }
    : yield* rowsOf(database, athlete, state?.postgres, leaveDatabase)
  return {
    database,
    athlete,
    mark,
    survey: {
      folder,
      inventory,
      athlete,
      stored: state?.stored,
      unknownSinks: state?.unknownSinks,
      ...rows,
      revoke,
      unfinished: begun,
    } satisfies Survey,
  }
})

/** Withdraws access at Strava; does nothing if not signed in. */
const withdrawn = (folder: string) =>
  withdraw().pipe(
    Effect.provide(
      Layer.mergeAll(StravaConfig.layer, TokenFile.layer(folder), Strava.layerFetch),
    ),
  )

export const purgeAll = Effect.fn("purgeAll")(function* (
  { folder, json, leaveDatabase, revoke, yes }: PurgeOptions,
) {
  const path = yield* Path.Path
  const say = (text: string, object: object) => print(json ? JSON.stringify(object) : text)
  if (!(yield* ours(folder))) {
    const names = (yield* isThere(folder))
      ? yield* Effect.orElseSucceed(
        Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(folder)),
        () => ["?"],
      )
      : []
    if (names.length === 0) {
      return yield* say(`Nothing to delete in ${folder}.`, { deleted: [], left: [] })
    }
    return yield* new NotPurged({
      why: `${folder} is not a Paceline data directory`,
      remedy: "Use: --data DIR",
    })
  }
  yield* Effect.scoped(Effect.gen(function* () {
    // No run can start from here on, so that the counts stay true.
    yield* lockPath(path.join(folder, "state.lock"))
    const { dataDir } = yield* postgresConfig({ data: folder, databaseUrl: Option.none() })
    if (yield* isThere(`${dataDir}.lock`)) yield* lockCluster(dataDir)
    const found = yield* survey(folder, yield* databaseUrl, { leaveDatabase, revoke })
    const { athlete, database, mark, survey: page } = found
    if (!json) yield* print(renderSurvey(page))
    yield* consent(yes, taskLine("purge", folder))
    const kept = yield* purgeEverything({
      folder,
      inventory: page.inventory,
      mark: {
        began: mark?.began ?? (yield* Clock.currentTimeMillis),
        athlete: athlete ?? null,
        database: page.server !== undefined
          ? "to delete"
          : mark?.database === "deleted"
          ? "deleted"
          : "left",
      } satisfies Purging,
      revoke: revoke ? withdrawn(folder) : Effect.void,
      deleteRows: database === undefined || athlete === undefined
        ? Effect.void
        : eraseRows(database, athlete),
    }).pipe(showProgress("purge", { hidden: json }))
    const stays = kept.map((file) =>
      `  ${printable(file)}: this report cannot be deleted. Delete it yourself`
    )
    yield* say(["\nDeleted.", ...stays].join("\n"), {
      deleted: page.inventory.parts.map(({ bytes, files, location, name }) => ({
        what: name,
        location,
        files: files.length,
        bytes,
      })),
      rows: page.server?.rows ?? [],
      left: [...page.inventory.foreign, ...page.inventory.unreachable, ...kept],
    })
  }))
})
