/** Databases embedded in a folder: making one takes seconds, so it is made once and copied. */
import { Effect, type Scope } from "effect"
import { cpSync } from "node:fs"
import type { PgClient } from "@effect/sql-pg"
import { connectOrMake, embedded } from "../../../sinks/postgres/connection/client.ts"
import type { PostgresError } from "../../../sinks/postgres/connection/PostgresError.ts"
import { memory } from "../../memory.ts"
import { once } from "../../once.ts"

const made = Effect.promise(() =>
  once(
    "embedded",
    (path) => Effect.runPromise(Effect.scoped(Effect.asVoid(connectOrMake(embedded(path))))),
  )
)

/** Put an empty database at `folder`, which must not be there, as the program would make it. */
export const placeCluster = (folder: string): Effect.Effect<void> =>
  Effect.map(made, (path) => cpSync(path, folder, { recursive: true }))

/** A client of an empty database, in memory and gone with its scope. */
export const embeddedClient: Effect.Effect<PgClient.PgClient, PostgresError, Scope.Scope> = Effect
  .gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Deno.makeTempDirSync({ prefix: "paceline-embedded-", ...(memory && { dir: memory }) })
      ),
      (folder) => Effect.sync(() => Deno.removeSync(folder, { recursive: true })),
    )
    yield* placeCluster(`${folder}/postgres`)
    return (yield* connectOrMake(embedded(`${folder}/postgres`))).sql
  })
