/**
 * Makes sinks/postgres/embedded/cluster.tar.zst, the initial files of every embedded database: a new
 * cluster of PGlite with all migrations. Run it when PGlite or a migration changes; it needs GNU tar:
 * `deno run -A tools/cluster.ts`.
 */
import { PGlite } from "@electric-sql/pglite"
import { NodeFS } from "@electric-sql/pglite/nodefs"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { constants, zstdCompressSync } from "node:zlib"
import { connectOrMake, embedded } from "../sinks/postgres/connection/client.ts"
import { startParams } from "../sinks/postgres/embedded/cluster.ts"
import { migrate } from "../sinks/postgres/schema/migrations.ts"

const target = new URL("../sinks/postgres/embedded/cluster.tar.zst", import.meta.url)

/** Opens the cluster for `run`. Its log has segments of 4 MB instead of 16: an idle one is 12 MB smaller. */
const inCluster = async (folder: string, run: (db: PGlite) => Promise<unknown>) => {
  await using db = await PGlite.create({
    fs: new NodeFS(folder),
    initDbStartParams: ["--wal-segsize=4"],
    startParams: [...startParams],
  })
  await run(db)
}

/** Drops the template databases, 15 MB of files, which a cluster of one database does not need. */
const dropTemplates = async (db: PGlite) => {
  for (const name of ["template0", "template1"]) {
    await db.exec(`alter database ${name} is_template false`)
    await db.exec(`drop database ${name}`)
  }
}

/** Switches to new segments of the log until one is left, which contains little but zeros. */
const emptyLog = async (folder: string, db: PGlite) => {
  const segments = () => [...Deno.readDirSync(`${folder}/pg_wal`)].filter(({ isFile }) => isFile)
  do {
    await db.exec("select pg_switch_wal()::text")
    await db.exec("checkpoint")
  } while (segments().length > 1)
}

/** Returns the folder as an archive without dates and owners, so that the same content has the same bytes. */
const tarOf = async (folder: string): Promise<Uint8Array> => {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.startsWith("postmaster.")).toSorted()
  const { code, stderr, stdout } = await new Deno.Command("tar", {
    args: [
      ...["--create", "--format=ustar", "--blocking-factor=1", "--sort=name", "--mode=u=rwX,go="],
      ...["--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"],
      ...[`--directory=${folder}`, ...names],
    ],
  }).output()
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr))
  return stdout
}

const data = Deno.makeTempDirSync()
const folder = `${data}/postgres`
await inCluster(folder, () => Promise.resolve())
await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
  const { sql } = yield* connectOrMake(embedded(folder))
  yield* Effect.provideService(migrate, SqlClient, sql)
})))
await inCluster(folder, async (db) => {
  await dropTemplates(db)
  await emptyLog(folder, db)
})
const tar = await tarOf(folder)
Deno.removeSync(data, { recursive: true })
const { ZSTD_c_checksumFlag, ZSTD_c_compressionLevel, ZSTD_c_windowLog } = constants
// A larger window needs more memory to unpack.
const params = { [ZSTD_c_compressionLevel]: 22, [ZSTD_c_checksumFlag]: 1, [ZSTD_c_windowLog]: 23 }
Deno.writeFileSync(target, zstdCompressSync(tar, { params }))
