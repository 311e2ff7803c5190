/**
 * Makes sinks/postgres/embedded/cluster.tar.zst, which every new embedded database begins with: what PGlite's initdb
 * makes, with our migrations. Run it when PGlite or a migration changes: `deno run -A tools/cluster.ts`.
 */
import { PGlite } from "@electric-sql/pglite"
import { NodeFS } from "@electric-sql/pglite/nodefs"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { Buffer } from "node:buffer"
import { constants, zstdCompressSync } from "node:zlib"
import { connectOrMake, embedded } from "../sinks/postgres/connection/client.ts"
import { startParams } from "../sinks/postgres/embedded/cluster.ts"
import { migrate } from "../sinks/postgres/schema/migrations.ts"

const target = new URL("../sinks/postgres/embedded/cluster.tar.zst", import.meta.url)

/**
 * Parameters of initdb: segments of the log have 4 MB instead of 16, so that an idle database is
 * 12 MB smaller.
 */
const initDbStartParams = ["--wal-segsize=4"]

/** The other databases are templates, which one session of one database never needs: 15 MB of files. */
const dropTemplates = ["template0", "template1"].flatMap((name) => [
  `alter database ${name} is_template false`,
  `drop database ${name}`,
])

const inCluster = async (folder: string, run: (db: PGlite) => Promise<unknown>) => {
  const db = await PGlite.create({
    fs: new NodeFS(folder),
    initDbStartParams,
    startParams: [...startParams],
  })
  try {
    await run(db)
  } finally {
    await db.close()
  }
}

const logOf = (folder: string) =>
  [...Deno.readDirSync(`${folder}/pg_wal`)].filter(({ isFile }) => isFile)

/** Switches segments of the log until all that initdb left are used up: the last holds little but zeros. */
const leaveLog = async (folder: string, db: PGlite) => {
  do {
    await db.exec("select pg_switch_wal()::text")
    await db.exec("checkpoint")
  } while (logOf(folder).length > 1)
}

const header = (name: string, size: number, isFolder: boolean): Buffer => {
  const bytes = Buffer.alloc(512)
  const octal = (value: number, length: number) => value.toString(8).padStart(length, "0")
  bytes.write(name, 0, "latin1")
  bytes.write(`${octal(isFolder ? 0o700 : 0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100)
  bytes.write(`${octal(size, 11)}\0${octal(0, 11)}\0        ${isFolder ? "5" : "0"}`, 124)
  bytes.write("ustar\0" + "00", 257)
  bytes.write(`${octal(bytes.reduce((sum, byte) => sum + byte, 0), 6)}\0 `, 148)
  return bytes
}

const tarOf = (folder: string, below = ""): ReadonlyArray<Uint8Array> =>
  [...Deno.readDirSync(folder)].toSorted((a, b) => a.name < b.name ? -1 : 1)
    .filter(({ name }) => !name.startsWith("postmaster."))
    .flatMap(({ isDirectory, name }) => {
      const path = `${folder}/${name}`
      if (isDirectory) {
        return [header(`${below}${name}/`, 0, true), ...tarOf(path, `${below}${name}/`)]
      }
      const content = Deno.readFileSync(path)
      const filling = Buffer.alloc(-content.length & 511)
      return [header(`${below}${name}`, content.length, false), content, filling]
    })

const data = Deno.makeTempDirSync()
const folder = `${data}/postgres`
await inCluster(folder, () => Promise.resolve())
await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
  const { sql } = yield* connectOrMake(embedded(folder))
  yield* Effect.provideService(migrate, SqlClient, sql)
})))
await inCluster(folder, async (db) => {
  for (const statement of dropTemplates) await db.exec(statement)
  await leaveLog(folder, db)
})
const tar = Buffer.concat([...tarOf(folder), Buffer.alloc(1024)])
Deno.removeSync(data, { recursive: true })
Deno.writeFileSync(
  target,
  zstdCompressSync(tar, {
    params: {
      [constants.ZSTD_c_compressionLevel]: 22,
      [constants.ZSTD_c_checksumFlag]: 1,
      // Larger ones take more memory to unpack.
      [constants.ZSTD_c_windowLog]: 23,
    },
  }),
)
