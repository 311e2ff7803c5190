/** Messages for refused connections: the fix depends on the SQLSTATE. */
import { Effect, Option, type Redacted } from "effect"
import assert from "node:assert/strict"
import { adviceFor } from "../../../sinks/postgres/connection/advice.ts"
import { layerServer, server } from "../../../sinks/postgres/connection/client.ts"
import { query } from "../../../sinks/postgres/read/query.ts"
import { postgresSink } from "../../../sinks/postgres/PostgresSink.ts"
import { liveWith, test } from "../../testing.ts"
import { TestServer } from "../databases.ts"
import { freshDatabase, urlWith } from "../server.ts"

const live = liveWith(TestServer.layer)

const failure = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const source = yield* postgresSink({ dataDir: "unused", url: Option.some(url) })
  return (yield* Effect.flip(Effect.scoped(source.open))).message
})

const run = (url: Redacted.Redacted, ...statements: ReadonlyArray<string>) =>
  Effect.scoped(Effect.gen(function* () {
    const sql = yield* (yield* server(url)).connect
    yield* Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
  }))

const unique = (name: string) => `${name}_${crypto.randomUUID().replaceAll("-", "")}`

/** Creates a user with these attributes and a database for it. Returns the user's URL. */
const userWith = Effect.fnUntraced(function* (attributes: string, setting?: string) {
  const url = yield* Effect.flatMap(TestServer, freshDatabase)
  const user = unique("user")
  yield* Effect.acquireRelease(
    run(
      url,
      `create role ${user} password 'secret' ${attributes}`,
      `do $$ begin execute format('alter database %I owner to ${user}', current_database()); end $$`,
      ...(setting === undefined ? [] : [`alter role ${user} set ${setting}`]),
    ),
    () =>
      Effect.ignore(
        run(
          url,
          `reassign owned by ${user} to current_user`,
          `drop owned by ${user}`,
          `drop role ${user}`,
        ),
      ),
  )
  return urlWith(url, { username: user, password: "secret" })
})

live(
  "a database that cannot hold every character is refused, and one with UTF8 is named",
  () =>
    Effect.gen(function* () {
      const { url } = yield* TestServer
      const name = unique("latin")
      yield* Effect.acquireRelease(
        run(url, `create database ${name} encoding 'LATIN1' locale 'C' template template0`),
        () => Effect.ignore(run(url, `drop database ${name} with (force)`)),
      )
      assert.match(
        yield* failure(urlWith(url, { pathname: `/${name}` })),
        /encoding LATIN1\. .*create database history encoding 'UTF8' template template0/,
      )
    }),
)

live("a read-only server is named, with the primary as the fix", () =>
  Effect.gen(function* () {
    const url = yield* userWith("login", "default_transaction_read_only = on")
    assert.match(yield* failure(url), /read-only transaction.*read-only replica.*name the primary/)
  }))

live(
  "the error reports too few connections, with the number needed",
  () =>
    Effect.gen(function* () {
      const url = yield* userWith("login connection limit 1")
      assert.match(
        yield* failure(url),
        /too many connections.*needs 3 connections: raise the limit/,
      )
    }),
)

live("the error says that a user may not log in, or does not exist", () =>
  Effect.gen(function* () {
    const url = yield* userWith("nologin")
    assert.match(yield* failure(url), /not permitted to log in.*allow it to log in/)
    const { url: other } = yield* TestServer
    assert.match(
      yield* failure(urlWith(other, { username: "unknown-user" })),
      /authentication failed.*Correct the user or the password.*@ as %40/,
    )
  }))

live(
  "a mistake in a statement is not reported as a problem of PostgreSQL",
  () =>
    Effect.gen(function* () {
      const url = yield* userWith("login")
      const { message } = yield* Effect.flip(Effect.provide(query("select nme"), layerServer(url)))
      assert.match(message, /^Cannot run the query: column "nme" does not exist, at character 8\./)
    }),
)

test("no advice disables a check, and each has at least one sentence", () =>
  Effect.sync(() => {
    const codes = [
      ..."22021 22P05 25006 26000 28000 28P01 3D000 42501 42P05 53100 53200 53300".split(" "),
      ..."53400 55P03 57014 57P01 57P03 08006 XX001 SELF_SIGNED_CERT_IN_CHAIN".split(" "),
      ..."UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_HAS_EXPIRED ECONNREFUSED ENOTFOUND".split(" "),
      ...["ERR_TLS_CERT_ALTNAME_INVALID", "ETIMEDOUT", "42P01", ""],
    ]
    const words = [
      "",
      'no pg_hba.conf entry for host "::1", user "x", database "y", no encryption',
      'no pg_hba.conf entry for host "::1", user "x", database "y", SSL encryption',
      "connection requires a valid client certificate",
      "permission denied for database y",
      "must be owner of table activities",
      "The server does not support TLS",
    ]
    for (const code of codes) {
      for (const one of words) {
        const advice = adviceFor({ code, words: one })
        assert.match(advice, /^[A-Z].*\.$/, code)
        assert.doesNotMatch(
          advice,
          /sslmode=(disable|allow|prefer)|without checking|unverified/,
          code,
        )
      }
    }
    assert.match(adviceFor({ code: "28000", words: words[1]! }), /sslmode=require/)
    assert.match(adviceFor({ code: "SELF_SIGNED_CERT_IN_CHAIN", words: "" }), /sslrootcert=/)
    assert.match(adviceFor({ code: "", words: words[6]! }), /Turn TLS on at the server/)
  }))
