/**
 * `paceline demo`: the real pipeline, from the first request to the last row, against the simulated
 * Strava. Needs no account, network or server; stores everything in `./demo`.
 */
import { defaultOptions } from "../../stages/RunOptions.ts"
import { Clock, Effect, FileSystem, Layer, Option, Path, Redacted } from "effect"
import { Command, Flag } from "effect/cli"
import * as Postgres from "../../../sinks/postgres/connection/client.ts"
import { query } from "../../../sinks/postgres/read/query.ts"
import { postgresConfig } from "../../../sinks/postgres/PostgresSink.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { SinkRegistry, usualSinks } from "../../../sinks/SinkKind.ts"
import { StoredData } from "../../landed/StoredData.ts"
import type { Settings } from "../../run/layers.ts"
import { complain, print } from "../../base/runMain.ts"
import { emptyFolder } from "../process/demoFolder.ts"
import { layerClient } from "../../simulator/client.ts"
import { writeExport } from "../../simulator/export/writeExport.ts"
import { Simulator } from "../../simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../simulator/Tokens.ts"
import { World } from "../../simulator/world/World.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { formatSize } from "../../output/kit/sizes.ts"
import { asTyped } from "../../output/kit/commandPrefix.ts"
import { showProgress } from "../../output/progress/CommandDisplay.ts"
import { renderTable } from "../../output/kit/table.ts"
import { originalsFolder } from "../../export/archive/originalNames.ts"
import { makeReport } from "../report.ts"
import { importFiles, plainImport } from "../import/importFiles.ts"
import { runStages } from "../process/runStages.ts"

/** Age of the export: the activities since then are fetched from the API. */
const exportAge = 60 * 24 * 60 * 60_000

const simulated = (now: number) =>
  layerClient.pipe(
    Layer.provide(Simulator.layer({
      until: now,
      limits: { read: { short: 1_000, day: 10_000 }, overall: { short: 2_000, day: 20_000 } },
    })),
  )

const credentials = Layer.succeed(StravaConfig, {
  apiUrl: "http://127.0.0.1/api/v3",
  oauthUrl: "http://127.0.0.1/oauth",
  credentials: Effect.succeed({
    clientId: simulatedClientId,
    clientSecret: Redacted.make(simulatedClientSecret),
  }),
  refreshToken: Option.some(Redacted.make(simulatedRefreshToken)),
  authorizationCode: Option.none(),
})

const questions = [
  {
    title: "The latest activities",
    sql: `
      select started_at_local::date as day, name, sport_type as sport, distance_km as km,
        moving_h as hours, heartrate_bpm as bpm
      from strava.v_activities order by started_at_local desc limit 8`,
  },
  {
    title: "Hours and kilometers a week",
    sql: `
      select week, sum(activities)::int as activities,
        round(sum(moving_h)::numeric, 1)::float8 as hours,
        round(sum(distance_km)::numeric, 1)::float8 as km
      from strava.v_weekly group by week order by week desc limit 6`,
  },
] as const

/** Returns the width of a table: that of the terminal, at most 110 columns. */
const width = () => Deno.stdout.isTerminal() ? Math.min(110, Deno.consoleSize().columns) : 110

/** Maps are included, because the athlete is simulated. */
const wholeReport = {
  ...{ out: undefined, year: undefined, activity: undefined, maps: true },
  measures: { units: Option.none(), weekStart: Option.none() },
}

/** Returns the files of the demo with their sizes, and directories with their number of files. */
const tree = Effect.fnUntraced(function* (folder: string, archive: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const sizeOf = (file: string) => Effect.map(fs.stat(file), ({ size }) => Number(size))
  const total = Effect.fnUntraced(function* (directory: string) {
    const files = yield* fs.readDirectory(directory, { recursive: true })
    const sizes = yield* Effect.forEach(files, (file) => sizeOf(path.join(directory, file)))
    return { count: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  })
  const file = (name: string) =>
    Effect.map(
      sizeOf(path.join(folder, name)),
      (bytes) => `  ${name.padEnd(26)}${formatSize(bytes).padStart(10)}`,
    )
  const directory = (name: string, what: string) =>
    Effect.map(
      total(path.join(folder, name)),
      ({ bytes, count }) =>
        `  ${`${name}/`.padEnd(26)}${formatSize(bytes).padStart(10)}  ${count} ${what}`,
    )
  const sinks = (yield* SinkRegistry).flatMap(({ demoFiles = [], name }) =>
    demoFiles.map(({ files, path: inside }) => {
      const shown = inside === "" ? name : `${name}/${inside}`
      return files === undefined ? file(shown) : directory(shown, files)
    })
  )
  return yield* Effect.all([
    Effect.succeed(folder),
    file(path.basename(archive)),
    file("state.db"),
    directory(originalsFolder, "files, as uploaded to Strava"),
    ...sinks,
    file("report.html"),
  ])
})

/** Writes the athlete's export of two months ago into the folder, and imports it. Returns its path. */
const importExport = Effect.fnUntraced(
  function* (data: string, now: number, sinks: ReadonlyArray<SinkName>) {
    const world = World.make({ until: now })
    const until = now - exportAge
    const file = (yield* Path.Path).join(data, `export_${world.athleteId}.zip`)
    // FIT files are written and read the fastest.
    yield* writeExport(file, world, { until, exportedAt: until, formats: ["fit"] })
    yield* complain(`1. The export that Strava sends on request: ${file}\n`)
    const { error } = yield* importFiles(
      { data, sinks, databaseUrl: Option.none(), options: defaultOptions },
      plainImport(data, [file]),
    )
    if (Option.isSome(error)) return yield* error.value
    return file
  },
)

export const demo = Command.make(
  "demo",
  {
    data: Flag.String("data").pipe(
      Flag.withDescription("Demo directory, emptied first (default ./demo)"),
      Flag.withMetavar("DIR"),
      Flag.withDefault("./demo"),
    ),
  },
  Effect.fnUntraced(function* ({ data }) {
    const now = yield* Clock.currentTimeMillis
    yield* emptyFolder(data)
    yield* complain(
      "Six years of a simulated athlete from a simulated Strava on this machine.\n" +
        "Everything else is the real pipeline.\n",
    )
    const sinks = yield* usualSinks(data)
    const archive = yield* importExport(data, now, sinks)
    yield* complain("\n2. The API has what is newer than the export.\n")
    const settings: Settings = {
      data,
      sinks,
      databaseUrl: Option.none(),
      policy: { onLimit: "wait", deadline: undefined, reserve: 0 },
      options: defaultOptions,
    }
    const all = { only: Option.none<string>(), from: Option.none<string>() }
    const saying = {
      json: false,
      quiet: false,
      partialOk: false,
      again: "To start again: deno task demo",
      hasNext: false,
    }
    yield* runStages(settings, all, saying, simulated(now)).pipe(Effect.provide(credentials))

    const config = yield* postgresConfig(settings)
    yield* Effect.forEach(
      questions,
      ({ sql, title }) =>
        Effect.flatMap(
          query(sql),
          ({ columns, rows }) =>
            print(`\n${title}\n${renderTable(columns, rows, { maxWidth: width() })}`),
        ),
    )
      .pipe(Effect.provide(Postgres.layer(config)))
    const { file } = yield* makeReport({ ...settings, ...wholeReport }).pipe(
      showProgress("report"),
      Effect.provide(StoredData.layer(settings)),
    )
    yield* print(`\n${(yield* tree(data, archive)).join("\n")}`)
    yield* print(asTyped(`
Open the report in a browser: ${file}

Next:
  deno task status --data ${data}
  deno task sql --data ${data} "select * from strava.v_stream_points limit 5"
  deno task setup   (use your own account)`))
  }),
).pipe(
  Command.withDescription("Try Paceline with a simulated Strava (no account)"),
  Command.withExamples([
    { command: "paceline demo", description: "Fetch six years of a simulated athlete" },
    { command: "paceline demo --data /tmp/demo", description: "Use another directory" },
  ]),
)
