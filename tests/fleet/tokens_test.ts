/** Tokens of a fleet: encrypted, bound to their athlete, and readable after the key has changed. */
import { Effect, Layer, Option, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { FleetKeys, tokenRow } from "../../pipeline/fleet/work/TokenRow.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import type { TokenKey } from "../../pipeline/strava/auth/TokenKey.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { TestServer } from "../postgres/databases.ts"
import { liveWith } from "../testing.ts"
import { ada, ben, connected, inFleet, testKey } from "./fleetDatabase.ts"

const live = liveWith(TestServer.layer)

const tokens = {
  access_token: Redacted.make("secret-access"),
  refresh_token: Redacted.make("secret-refresh"),
  expires_at: 1_800_000_000,
  previous_refresh_token: null,
  seeds: [],
  scope: "read,activity:read_all",
}

/** Runs an effect with the tokens of an athlete, and these keys. */
const as = <A, E, R>(
  athlete: AthleteId,
  keys: ReadonlyArray<TokenKey>,
  effect: Effect.Effect<A, E, R>,
) =>
  Effect.provide(
    effect,
    tokenRow(athlete).pipe(Layer.provide(Layer.succeed(FleetKeys, keys))),
    { local: true },
  )

const read = TokenFile.use((file) => file.read)
const write = TokenFile.use((file) => file.write(tokens))

live(
  "tokens are encrypted in the table and come back whole",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada)
      assert.ok(Option.isNone(yield* as(ada, [testKey(1)], read)))
      yield* as(ada, [testKey(1)], write)
      const [row] = yield* sql<
        { tokens: string; scope: string }
      >`select tokens, scope from fleet.athlete`
      assert.ok(!row?.tokens.includes("secret"))
      assert.equal(row?.scope, tokens.scope)
      const found = Option.getOrThrow(yield* as(ada, [testKey(1)], read))
      assert.equal(Redacted.value(found.refresh_token), "secret-refresh")
      assert.equal(found.expires_at, tokens.expires_at)
    })),
)

live(
  "tokens that were moved to another athlete cannot be decrypted",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada, ben)
      yield* as(ada, [testKey(1)], write)
      yield* sql`update fleet.athlete set tokens = (
      select tokens from fleet.athlete where athlete_id = ${ada}::bigint) where athlete_id = ${ben}::bigint`
      const error = yield* Effect.flip(as(ben, [testKey(1)], read))
      assert.match(error.message, /Cannot decrypt the tokens/)
      assert.ok(!error.message.includes("secret"))
    })),
)

live(
  "after a change of the key, the old key still decrypts; without it, nothing does",
  () =>
    inFleet(Effect.gen(function* () {
      yield* connected(ada)
      yield* as(ada, [testKey(1)], write)
      assert.ok(Option.isSome(yield* as(ada, [testKey(2), testKey(1)], read)))
      assert.match(
        (yield* Effect.flip(as(ada, [testKey(2)], read))).message,
        /encrypted with a different key/,
      )
      yield* as(ada, [testKey(2), testKey(1)], write)
      assert.ok(Option.isSome(yield* as(ada, [testKey(2)], read)))
    })),
)
