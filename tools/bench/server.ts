/** A PostgreSQL server in a temporary folder, by the machine's own binaries, for as long as it is needed. */
import process from "node:process"

interface Server {
  readonly url: string
  /** A folder that the server's user may read. */
  readonly folder: string
  /** Run a statement, or a command of psql's. */
  psql(statement: string): Promise<void>
  stop(): Promise<void>
}

const run = async (command: string, args: ReadonlyArray<string>, user: User = {}) => {
  const { code, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...user,
  }).output()
  if (code !== 0) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`)
}

interface User {
  readonly uid?: number
  readonly gid?: number
}

/** PostgreSQL refuses to run as root. */
const unprivileged = (): User => {
  if (process.getuid?.() !== 0) return {}
  const users = Deno.readTextFileSync("/etc/passwd").split("\n").map((line) => line.split(":"))
  const found = users.find(([name]) => name === "postgres") ??
    users.find(([name]) => name === "nobody")
  return { uid: Number(found?.[2] ?? 65534), gid: Number(found?.[3] ?? 65534) }
}

/** The path of a program, or undefined. */
const find = (name: string): string | undefined =>
  (Deno.env.get("PATH") ?? "").split(":").map((folder) => `${folder}/${name}`).find((path) => {
    try {
      return Deno.statSync(path).isFile
    } catch {
      return false
    }
  })

const freePort = () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
  listener.close()
  return listener.addr.port
}

/** The server, or in words why there is none. */
export const startServer = async (): Promise<Server | string> => {
  const [psql, initdb, control] = ["psql", "initdb", "pg_ctl"].map(find)
  if (Deno.build.os === "windows" || psql === undefined) return "no psql"
  if (initdb === undefined || control === undefined) return "no initdb and pg_ctl in the PATH"
  const user = unprivileged()
  const folder = await Deno.makeTempDir({ prefix: "paceline-bench-" })
  if (user.uid !== undefined) await Deno.chown(folder, user.uid, user.gid ?? user.uid)
  const port = freePort()
  const data = `${folder}/data`
  await run(
    initdb,
    ["-D", data, "-U", "paceline", "--auth=trust", "--encoding=UTF8", "--no-locale"],
    user,
  )
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`
  await run(control, ["-D", data, "-w", "-l", `${folder}/log`, "-o", options, "start"], user)
  const url = `postgres://paceline@127.0.0.1:${port}/postgres`
  return {
    url,
    folder,
    psql: (statement) => run(psql, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, url]),
    stop: async () => {
      await run(control, ["-D", data, "-m", "fast", "stop"], user)
      await Deno.remove(folder, { recursive: true })
    },
  }
}
