/** A temporary PostgreSQL server, started with the machine's own binaries. */
import { Effect } from "effect"
import process from "node:process"
import { temporaryFolder } from "./measure.ts"

/** PostgreSQL refuses to run as root. */
const unprivileged = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  const users = Deno.readTextFileSync("/etc/passwd").split("\n").map((line) => line.split(":"))
  const user = users.find(([name]) => name === "postgres") ??
    users.find(([name]) => name === "nobody")
  return { uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) }
}

const run = (command: string, ...args: ReadonlyArray<string>) =>
  Effect.tryPromise({
    try: async () => {
      const { code, stderr } = await new Deno.Command(command, {
        args: [...args],
        cwd: "/",
        stdin: "null",
        stdout: "null",
        stderr: "piped",
        ...unprivileged(),
      }).output()
      if (code !== 0) throw new Error(new TextDecoder().decode(stderr))
    },
    catch: (cause) => `${command}: ${cause instanceof Error ? cause.message : cause}`,
  })

/** Starts a server for the scope. Fails with the reason if the machine has none in its `PATH`. */
export const startServer = Effect.gen(function* () {
  for (const program of ["psql", "initdb", "pg_ctl"]) yield* run(program, "--version")
  const folder = yield* Effect.orDie(temporaryFolder)
  const { gid, uid } = unprivileged()
  if (uid !== undefined) yield* Effect.promise(() => Deno.chown(folder, uid, gid ?? uid))
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
  const { port } = listener.addr
  listener.close()
  const data = `${folder}/data`
  const settings = ["--auth=trust", "--encoding=UTF8", "--no-locale"]
  yield* run("initdb", "-D", data, "-U", "paceline", ...settings)
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`
  yield* Effect.acquireRelease(
    run("pg_ctl", "-D", data, "-w", "-l", `${folder}/log`, "-o", options, "start"),
    () => Effect.ignore(run("pg_ctl", "-D", data, "-m", "fast", "stop")),
  )
  const url = `postgres://paceline@127.0.0.1:${port}/postgres`
  return {
    url,
    /** Folder that the server's user can write. */
    folder,
    /** Runs a statement, or a command of psql. */
    psql: (statement: string) =>
      Effect.orDie(run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, url)),
  }
})
