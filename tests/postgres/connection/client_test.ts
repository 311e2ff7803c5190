/** Connecting: failures before the first row, and messages that reveal no secret. */
import { Effect, FileSystem, Option, Path, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { fileURLToPath } from "node:url"
import { layerEmbedded, layerServer } from "../../../sinks/postgres/connection/client.ts"
import { postgresSink } from "../../../sinks/postgres/PostgresSink.ts"
import { SinkError } from "../../../sinks/Sink.ts"
import { ensureFreeSpace, FreeSpace } from "../../../sinks/postgres/connection/freeSpace.ts"
import { live, liveWith, test } from "../../testing.ts"
import { shownBy, TestServer } from "../databases.ts"
import { freshDatabase, urlWith } from "../server.ts"
import { patience } from "../../patience.ts"

const onServer = liveWith(TestServer.layer)

const secret = "s3cr3t-pass"

const sourceOf = (url: Redacted.Redacted) =>
  postgresSink({ dataDir: "unused", url: Option.some(url) })

/** Returns the error of opening the sink on `url`. */
const failure = (url: Redacted.Redacted) =>
  Effect.gen(function* () {
    const source = yield* sourceOf(url)
    return yield* Effect.flip(Effect.scoped(source.open))
  })

const badUrls: Readonly<Record<string, RegExp>> = {
  "": /is empty/,
  [`user:${secret}@host/db`]: /does not begin with postgres/,
  [`mysql://user:${secret}@host/db`]: /does not begin with postgres/,
  [`"postgres://user:${secret}@host/db"`]: /quotation mark; remove the quotation marks/,
  [`'postgres://user:${secret}@host/db'`]: /quotation mark; remove the quotation marks/,
  [`postgres://user:${secret}@host:99999/db`]: /is not a URL/,
  [`postgres://user:${secret}@host:0/db`]: /port 0/,
  [`postgres://user:${secret}%@host/db`]: /holds a %/,
  [`postgres://user:${secret}/x@host/db`]: /ends it there. Write % as %25, .*\/ as %2F/,
  [`postgres://user:${secret}#x@host/db`]: /ends it there. Write .*# as %23/,
  [`postgres://user:${secret}?x@host/db`]: /ends it there. Write .*\? as %3F/,
  [`postgres://user:12#${secret}@host/db`]: /ends it there. Write .*# as %23/,
  [`postgres://user:${secret}@host/db#x`]: /holds a # after the database. Write .*# as %23/,
  [`postgres://user:${secret}@one:5432,two:5432/db`]: /several hosts; name the one that can be/,
  [`postgres://user:${secret}@one,two/db`]: /several hosts; name the one that can be/,
  [`postgres://user:${secret}@one/db?port=1,2`]: /several hosts; name the one that can be/,
  "postgres:///db?user=me&host=one,two": /several hosts; name the one that can be/,
  [`postgres://user:${secret}@/db?host=/tmp`]: /no host after the @: .*%2Fvar%2Frun/,
  [`postgres://:${secret}@host/db`]: /names no user/,
  "postgres://host/db": /names no user/,
  "postgres:///db?user=me": /names no host/,
  [`postgres://user:${secret}@host/db?sslmode=maybe`]:
    /sslmode, which is not one of disable, allow/,
  [`postgres://user:${secret}@host/db?sslmode=no-verify`]: /sslmode, which is not one of/,
  [`postgres://user:${secret}@host/db?port=x`]: /port, which is not a port number/,
  [`postgres://user:${secret}@host/db?port=99999`]: /port, which is not a port number/,
  [`postgres://user:${secret}@host/db?connect_timeout=x`]:
    /connect_timeout, which is not a number of seconds/,
  [`postgres://user:${secret}@host/db?ssl=true`]: /parameter ssl, which is not supported. Remove/,
  [`postgres://user:${secret}@host/db?schema=public`]:
    /parameter schema, but other programs have tables/,
  [`postgres://user:${secret}@host/db?channel_binding=require`]: /of which only prefer and disable/,
  [`postgres://user:${secret}@host/db?target_session_attrs=read-write`]: /of which only any is/,
  [`postgres://user:${secret}@host/db?sslrootcert=system&sslmode=require`]:
    /use sslmode=verify-full/,
  [`postgres://user:${secret}@host/db?sslmode=verify-ca`]: /no sslrootcert; .*sslmode=verify-full/,
  [`postgres://user:${secret}@host/db?sslcert=/x`]: /name both, or neither/,
  [`postgres://user:${secret}@host/db?sslrootcert=/nowhere`]: /\/nowhere, which cannot be read/,
}

for (const [url, words] of Object.entries(badUrls)) {
  test(`the URL ${url.replace(secret, "…") || "(empty)"} is a configuration error at once`, () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(sourceOf(Redacted.make(url)))
      assert.equal(error.reason, "configuration")
      assert.match(error.message, words)
      assert.match(error.message, /postgres:\/\/user:password@host:5432\/database|Correct the path/)
      assert.ok(!shownBy(error).includes(secret))
    }))
}

test("a URL is shown without its password and parameters", () =>
  Effect.gen(function* () {
    for (
      const [url, location] of [
        [`postgres://me:${secret}@db.example:6543/a?sslmode=require`, "me@db.example:6543/a"],
        [`postgresql://db.example/a?user=me&password=${secret}`, "me@db.example/a"],
        [`postgres://me:${secret}@%2Ftmp%2Fpg/a`, "me@%2Ftmp%2Fpg/a"],
        [`postgres:///a?host=db.example&user=me&password=${secret}`, "me@db.example/a"],
      ] as const
    ) {
      const source = yield* sourceOf(Redacted.make(url))
      assert.equal(source.location, `postgres://${location}`)
      assert.ok(!shownBy(source).includes(secret))
    }
  }))

onServer(
  "fault 20: a server that is down is unreachable, and the error has the fix",
  () =>
    Effect.gen(function* () {
      const { url } = yield* TestServer
      const error = yield* failure(urlWith(url, { port: "1", password: secret }))
      assert.equal(error.reason, "unreachable")
      assert.match(error.message, /ECONNREFUSED.*Start it, or unset DATABASE_URL.*are kept/s)
      assert.ok(!shownBy(error).includes(secret))
    }),
)

onServer("the error names a wrong password without showing it", () =>
  Effect.gen(function* () {
    const { url } = yield* TestServer
    const error = yield* failure(urlWith(url, { password: secret }))
    assert.equal(error.reason, "unreachable")
    assert.match(error.message, /password authentication failed.*Correct the user or the password/s)
    assert.ok(!shownBy(error).includes(secret))
    assert.ok(!shownBy(error).includes(new URL(Redacted.value(url)).password))
  }))

onServer("the error names a database that does not exist", () =>
  Effect.gen(function* () {
    const { url } = yield* TestServer
    const error = yield* failure(urlWith(url, { pathname: "/nowhere" }))
    assert.match(error.message, /"nowhere" does not exist.*Create the database/s)
  }))

onServer(
  "the error names the right that a user needs to create the schema",
  () =>
    Effect.gen(function* () {
      const database = yield* freshDatabase(yield* TestServer)
      const guest = `guest_${crypto.randomUUID().replaceAll("-", "")}`
      const asAdmin = (statement: string) =>
        SqlClient.use((sql) => sql.unsafe(statement)).pipe(Effect.provide(layerServer(database)))
      yield* Effect.acquireRelease(
        asAdmin(`create role ${guest} login password '${secret}'`),
        () => Effect.ignore(asAdmin(`drop role ${guest}`)),
      )
      const error = yield* failure(urlWith(database, { username: guest, password: secret }))
      assert.match(error.message, /permission denied.*Grant the user CREATE/s)
      assert.ok(!shownBy(error).includes(secret))
    }),
)

live("a folder that another process has open stays unchanged", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const dataDir = path.join(yield* fs.makeTempDirectoryScoped(), "postgres")
    using held = Deno.openSync(`${dataDir}.lock`, { create: true, write: true })
    assert.ok(held.tryLockSync(true))

    const source = yield* postgresSink({ dataDir, url: Option.none() })
    const error = yield* Effect.flip(Effect.scoped(source.open))
    assert.equal(error.reason, "busy")
    assert.match(error.message, /is open in another process.*run again/s)
    assert.deepEqual(yield* fs.readDirectory(dataDir), [])
  }))

const full = () => Promise.resolve(63 * 2 ** 20)

live(
  "the embedded database is not opened on a disk that is nearly full",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const dataDir = `${yield* fs.makeTempDirectoryScoped()}/postgres`
      const source = yield* postgresSink({ dataDir, url: Option.none() })
      const error = yield* Effect.flip(Effect.scoped(source.open)).pipe(
        Effect.provideService(FreeSpace, full),
      )
      assert.equal(error.reason, "disk")
      assert.match(error.message, /64 MB.*kept in the state file.*free space.*run again/is)
      assert.deepEqual(yield* fs.readDirectory(dataDir), [])
    }),
)

live("free space is checked on the disk of the future folder", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    yield* ensureFreeSpace(`${folder}/postgres`)
    const error = yield* Effect.flip(ensureFreeSpace(`${folder}/none/postgres`))
    assert.match(error.message, /cannot be written/)
  }))

live(
  "a server that accepts and never responds fails after one attempt",
  () =>
    Effect.gen(function* () {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
      let accepted = 0
      const connections: Array<Deno.Conn> = []
      const accepting = (async () => {
        for await (const connection of listener) {
          accepted++
          connections.push(connection)
        }
      })()
      const url =
        `postgres://me@127.0.0.1:${listener.addr.port}/a?connect_timeout=1&sslmode=disable`
      const error = yield* failure(Redacted.make(url)).pipe(Effect.timeout(patience))
      assert.ok(error instanceof SinkError)
      assert.equal(error.reason, "unreachable")
      assert.equal(accepted, 1)
      for (const connection of connections) connection.close()
      listener.close()
      yield* Effect.promise(() => accepting)
    }),
)

live("a folder that cannot be created is a disk error", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.makeTempFileScoped()
    const source = yield* postgresSink({ dataDir: `${file}/postgres`, url: Option.none() })
    const error = yield* Effect.flip(Effect.scoped(source.open))
    assert.equal(error.reason, "disk")
  }))

live(
  "the error names a folder with other content, which stays as it is",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const dataDir = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${dataDir}/PG_VERSION`, "9.6\n")
      const source = yield* postgresSink({ dataDir, url: Option.none() })
      const error = yield* Effect.flip(Effect.scoped(source.open))
      assert.equal(error.reason, "unreachable")
      assert.match(error.message, /PostgreSQL 9\.6.*Nothing was changed/s)
      assert.equal(yield* fs.readFileString(`${dataDir}/PG_VERSION`), "9.6\n")
    }),
)

live(
  "the embedded database needs only permission to read, write and see the free space, and stores its rows",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const dataDir = path.join(yield* fs.makeTempDirectoryScoped(), "data", "postgres")
      const { code, stderr } = yield* Effect.promise(() =>
        new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "--no-prompt",
            "--no-check",
            "--allow-read",
            "--allow-write",
            "--allow-sys=statfs",
            fileURLToPath(new URL("../keep.ts", import.meta.url)),
            dataDir,
          ],
        }).output()
      )
      assert.equal(code, 0, new TextDecoder().decode(stderr))

      const rows = yield* SqlClient.use((sql) => sql`select id from strava.activities`).pipe(
        Effect.provide(layerEmbedded(dataDir)),
      )
      assert.deepEqual(rows, [{ id: 1n }])
      if (Deno.build.os !== "windows") {
        assert.equal((yield* fs.stat(dataDir)).mode & 0o777, 0o700)
      }
    }),
)
