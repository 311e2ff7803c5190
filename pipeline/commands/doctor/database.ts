/** The PostgreSQL that is configured: reachable, ours to write to, with tables of the right version. */
import { Effect, FileSystem, Option, Path } from "effect"
import { check, type Checked } from "../../../sinks/postgres/connection/check.ts"
import { PostgresError } from "../../../sinks/postgres/connection/PostgresError.ts"
import { postgresConfig, postgresSinkKind } from "../../../sinks/postgres/PostgresSink.ts"
import type { SinkSettings } from "../../../sinks/SinkKind.ts"
import { exitCodes } from "../../base/exit.ts"
import { isThere } from "../process/isThere.ts"
import { type Finding, ok, trouble, troubleOf, unknown, warning } from "./Finding.ts"
import type { StateFound } from "./state.ts"

const name = "database"

/** A server that does not answer at all is not waited for any longer. */
const patience = "20 seconds"

const judged = ({ location, mayWrite, newest, note, server, version }: Checked): Finding => {
  const where = `${location} (PostgreSQL ${server})`
  return version > newest
    ? trouble(
      name,
      `the tables in ${where} are of version ${version}, and this Paceline knows ${newest}`,
      "Update Paceline, or use another database",
      exitCodes.configuration,
    )
    : !mayWrite
    ? trouble(
      name,
      version === 0
        ? `${where} can be reached, but this user may not make tables there`
        : `${where} can be reached, but this user may not write to the tables`,
      version === 0
        ? "Grant the user CREATE on the database, or name another user in DATABASE_URL"
        : "Run once as the owner of the tables and grant this user to write, or name the owner in DATABASE_URL",
      exitCodes.unavailable,
    )
    : note !== undefined
    ? warning(name, note.problem, note.fix)
    : ok(
      name,
      version === 0
        ? `${where} can be reached; the first run makes its tables`
        : version < newest
        ? `${where} can be reached; the next run brings its tables from version ${version} to ${newest}`
        : `${where} can be reached, its tables are of version ${version}`,
    )
}

const words: Readonly<Record<PostgresError["reason"], string>> = {
  configuration: "Correct DATABASE_URL, or unset it to use the embedded database",
  locked: "Wait until the other process has ended",
  unreachable: "Mend that; a run goes on without the database meanwhile, and delivers to it later",
  disk: "Make room on its disk, or allow the folder to be written",
  query: "Name the owner of the tables in DATABASE_URL",
}

/** An embedded one is opened only where a run has made it and none is using it. */
const shut = Effect.fnUntraced(function* (folder: string, { counts, holder }: StateFound) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const dataDir = path.join(folder, postgresSinkKind.name)
  const used = counts?.sinks.some(({ sink, landed }) =>
    sink === postgresSinkKind.name && landed > 0
  ) === true
  if (!(yield* isThere(path.join(dataDir, "PG_VERSION")))) {
    const found = yield* Effect.option(fs.stat(dataDir))
    if (used) {
      return trouble(
        name,
        `the embedded database in ${dataDir} is ${Option.isNone(found) ? "gone" : "empty"}`,
        "The next run makes it again from what other sinks keep; was it moved, put it back first",
        exitCodes.unavailable,
      )
    }
    return unknown(name, `embedded, in ${dataDir}; the first run that writes to it makes it`)
  }
  return holder === undefined
    ? undefined
    : ok(name, `embedded, in ${dataDir}; the run that is going on has it open`)
})

export const database = Effect.fn("database")(function* (
  settings: SinkSettings,
  state: StateFound,
) {
  const config = yield* postgresConfig(settings)
  if (Option.isNone(config.url)) {
    const finding = yield* shut(settings.data, state)
    if (finding !== undefined) return finding
  }
  return yield* check(config).pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () =>
        Effect.fail(
          new PostgresError({
            reason: "unreachable",
            detail: `the database has not answered within ${patience}`,
          }),
        ),
    }),
    Effect.match({
      onSuccess: judged,
      onFailure: (error) => troubleOf(name, error, error.detail, words[error.reason]),
    }),
  )
})
