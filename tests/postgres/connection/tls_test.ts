/** TLS to a server as in libpq: each `sslmode` with its encryption, checks, fallback and messages. */
import { Effect, FileSystem, Layer, Redacted, Schedule } from "effect"
import assert from "node:assert/strict"
import {
  noteText,
  type PostgresDatabase,
  server,
} from "../../../sinks/postgres/connection/client.ts"
import { authority, identity } from "../../faults/certificate.ts"
import { liveWith } from "../../testing.ts"
import { TestServer } from "../databases.ts"

// These tests change pg_hba.conf, so they use a separate server.
const live = liveWith(Layer.fresh(TestServer.layer))

/**
 * Lines of pg_hba.conf, which all accept passwords over TCP. The first line that matches a
 * connection applies.
 */
const hostRules = `
hostssl all tlsonly all scram-sha-256
hostnossl all plainonly all scram-sha-256
host all paceline all scram-sha-256
`

const trusted = authority("Trusted by this test")
const stranger = authority("Not trusted by this test")

/**
 * Turns TLS on with a certificate for 127.0.0.1, and creates users that can connect only with or
 * only without TLS. Returns a function that connects.
 */
const encrypting = Effect.gen(function* () {
  const { url } = yield* TestServer
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const { cert, key } = identity(trusted, "127.0.0.1", 20)
  const files = {
    "server.crt": cert,
    "server.key": key,
    "pg_hba.conf": hostRules,
    "trusted.pem": trusted.pem,
    "stranger.pem": stranger.pem,
  }
  // The server runs as another user and must own its key, so it copies the files itself.
  yield* fs.chmod(folder, 0o755)
  for (const [name, text] of Object.entries(files)) {
    yield* fs.writeFileString(`${folder}/${name}`, text)
    yield* fs.chmod(`${folder}/${name}`, 0o644)
  }
  const admin = yield* Effect.flatMap(server(url), ({ connect }) => connect)
  const [{ data }] = (yield* admin`select current_setting('data_directory') as data`) as [
    { data: string },
  ]
  for (const name of ["server.crt", "server.key", "pg_hba.conf"]) {
    yield* admin.unsafe(
      `copy (select 1) to program 'cat > /dev/null; install -m 600 ${folder}/${name} ${data}/'`,
    )
  }
  for (const user of ["tlsonly", "plainonly"]) {
    yield* admin.unsafe(`create role ${user} login password 'secret'`)
  }
  yield* admin.unsafe("alter system set ssl = on")
  yield* admin`select pg_reload_conf()`
  /** Connects as `user` to `host` with these URL parameters. */
  const at = (parameters: string, { host = "127.0.0.1", password = "secret", user = "" } = {}) => {
    const changed = new URL(Redacted.value(url))
    changed.hostname = host
    if (user !== "") Object.assign(changed, { username: user, password })
    changed.search = parameters.replaceAll("FOLDER", folder)
    return server(Redacted.make(changed.href))
  }
  yield* Effect.retry(
    Effect.flatMap(
      Effect.flatMap(at("sslmode=require"), encryption),
      (found) => found === "tls" ? Effect.void : Effect.fail("not yet"),
    ),
    Schedule.spaced("20 millis"),
  )
  return at
})

/** Returns "tls" or "plain" for a connection to `database`. */
const encryption = ({ connect }: PostgresDatabase) =>
  Effect.scoped(Effect.gen(function* () {
    const sql = yield* connect
    const [row] = yield* sql<{ ssl: boolean }>`
      select ssl from pg_stat_ssl where pid = pg_backend_pid()`
    return row?.ssl === true ? "tls" : "plain"
  }))

const outcome = (database: Effect.Effect<PostgresDatabase, { readonly message: string }>) =>
  Effect.flatMap(database, encryption).pipe(
    Effect.catch((error) => Effect.succeed(error instanceof Error ? error.message : "?")),
  )

type Case = readonly [
  parameters: string,
  expected: string | RegExp,
  at?: { readonly host?: string; readonly user?: string; readonly password?: string },
]

const ofName = { host: "localhost" }
const tlsOnly = { user: "tlsonly" }
const plainOnly = { user: "plainonly" }
const cases: ReadonlyArray<Case> = [
  ["", "tls"],
  ["sslmode=disable", "plain"],
  ["sslmode=allow", "plain"],
  ["sslmode=prefer", "tls"],
  ["sslmode=require", "tls"],
  // Certificates of an untrusted CA, or for another host.
  ["sslmode=require&sslrootcert=FOLDER/trusted.pem", "tls", ofName],
  ["sslmode=require&sslrootcert=FOLDER/stranger.pem", /sslrootcert=/],
  ["sslmode=prefer&sslrootcert=FOLDER/stranger.pem", "plain"],
  ["sslmode=verify-ca&sslrootcert=FOLDER/trusted.pem", "tls", ofName],
  ["sslmode=verify-ca&sslrootcert=FOLDER/stranger.pem", /sslrootcert=/, ofName],
  ["sslmode=verify-full&sslrootcert=FOLDER/trusted.pem", "tls"],
  ["sslmode=verify-full&sslrootcert=FOLDER/trusted.pem", /is for another host/, ofName],
  ["sslmode=verify-full", /signed by a CA that is not trusted.*sslrootcert=.*DENO_CERT/],
  ["sslrootcert=system", /signed by a CA that is not trusted/],
  ["sslmode=require&sslrootcert=FOLDER/none.pem", /none\.pem, which cannot be read/],
  // Users that the server accepts only with or only without TLS.
  ["", "tls", tlsOnly],
  ["sslmode=allow", "tls", tlsOnly],
  ["sslmode=disable", /no unencrypted connection of this user: add sslmode=require/, tlsOnly],
  ["", "plain", plainOnly],
  ["sslmode=require", /pg_hba\.conf/, plainOnly],
  ["", /Correct the user or the password/, { ...tlsOnly, password: "wrong" }],
  ["sslmode=allow", /Correct the user or the password/, { ...tlsOnly, password: "wrong" }],
]

live(
  "fault 58: each sslmode encrypts, checks and falls back as libpq does",
  () =>
    Effect.gen(function* () {
      const at = yield* encrypting
      for (const [parameters, expected, where] of cases) {
        const found = yield* outcome(at(parameters, where))
        const name = `${parameters} ${JSON.stringify(where ?? {})}`
        if (typeof expected === "string") assert.equal(found, expected, name)
        else assert.match(found, expected, name)
        assert.doesNotMatch(found, /without checking|sslmode=(disable|allow|prefer)|secret/, name)
      }
    }),
)

live(
  "fault 58: a note reports plain text to another machine, unless the user chose it",
  () =>
    Effect.gen(function* () {
      const { url } = yield* TestServer
      const noteOf = Effect.fnUntraced(function* (host: string, parameters: string) {
        const changed = Object.assign(new URL(Redacted.value(url)), { hostname: host })
        changed.search = parameters
        const database = yield* server(Redacted.make(changed.href))
        const note = database.noteOf?.(yield* database.connect)
        return note === undefined ? "" : noteText(note)
      }, Effect.scoped)
      // 0.0.0.0 reaches this machine, but the program cannot know that it does.
      assert.equal(yield* noteOf("127.0.0.1", "sslmode=allow"), "")
      assert.equal(yield* noteOf("0.0.0.0", "sslmode=disable"), "")
      assert.match(yield* noteOf("0.0.0.0", "sslmode=allow"), /not encrypted.*sslmode=verify-full/)
    }),
)
