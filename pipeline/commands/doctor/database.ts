/** Checks that PostgreSQL is reachable and writable, with tables of the right version. */
import { Effect, FileSystem, Option, Path } from "effect"
import { check, type DatabaseCheck } from "../../../sinks/postgres/connection/check.ts"
import { PostgresError } from "../../../sinks/postgres/connection/PostgresError.ts"
import { postgresConfig, postgresSinkKind } from "../../../sinks/postgres/PostgresSink.ts"
import type { SinkSettings } from "../../../sinks/SinkKind.ts"
import { exitCodes } from "../../base/exit.ts"
import { isThere } from "../process/isThere.ts"
import { type Finding, findingOf, ok, trouble, unknown, warning } from "./Finding.ts"
import type { StateFound } from "./state.ts"

const name = "database"

/** Time to wait for a server. */
const patience = "20 seconds"

const judged = ({ location, mayWrite, newest, note, server, version }: DatabaseCheck): Finding => {
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
        ? `${where} is reachable, but this user cannot create tables`
        : `${where} is reachable, but this user cannot write to the tables`,
      version === 0
        ? "Grant the user CREATE on the database, or name another user in DATABASE_URL"
        : "Run once as the owner of the tables and grant this user write access, or name the owner in DATABASE_URL",
      exitCodes.unavailable,
    )
    : note !== undefined
    ? warning(name, note.problem, note.fix)
    : ok(
      name,
      version === 0
        ? `${where} is reachable; the first run creates its tables`
        : version < newest
        ? `${where} is reachable; the next run updates its tables from version ${version} to ${newest}`
        : `${where} is reachable, with tables of version ${version}`,
    )
}

const words: Readonly<Record<PostgresError["reason"], string>> = {
  configuration: "Correct DATABASE_URL, or unset it to use the embedded database",
  locked: "Wait until the other process has ended",
  unreachable: "Fix this. Until then, runs continue without the database and deliver to it later",
  disk: "Free space on its disk, or make the directory writable",
  query: "Name the owner of the tables in DATABASE_URL",
}

/** Returns the finding for an embedded database that cannot or need not be opened; otherwise undefined. */
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
        `the embedded database in ${dataDir} is ${Option.isNone(found) ? "missing" : "empty"}`,
        "The next run rebuilds it from the other sinks without requests. If you moved it, put it back first",
        exitCodes.unavailable,
      )
    }
    return unknown(name, `embedded, in ${dataDir}; created by the first run that writes to it`)
  }
  return holder === undefined
    ? undefined
    : ok(name, `embedded, in ${dataDir}; in use by the active run`)
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
            detail: `the database did not respond within ${patience}`,
          }),
        ),
    }),
    Effect.match({
      onSuccess: judged,
      onFailure: (error) => findingOf(name, error, error.detail, words[error.reason]),
    }),
  )
})
