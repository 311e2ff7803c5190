/** Databases embedded in a folder: creating one takes seconds, so it is created once and copied. */
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

/** Copies an empty database, as the program creates it, to `folder`, which must not exist. */
export const placeCluster = (folder: string): Effect.Effect<void> =>
  Effect.map(made, (path) => cpSync(path, folder, { recursive: true }))

/** Opens an empty database in memory. It is deleted at the end of the scope. */
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
