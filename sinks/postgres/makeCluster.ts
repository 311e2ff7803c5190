/**
 * A thread that makes the folder of an embedded PostgreSQL and syncs it. What that takes, a second
 * PostgreSQL and hundreds of MB, ends with the thread, and the program stays awake meanwhile. Posts the
 * message of the error, or undefined.
 */
import { PGlite } from "@electric-sql/pglite"
import { parentPort, workerData } from "node:worker_threads"
import { messageOf } from "./clusterError.ts"
import { SyncedFolder } from "./SyncedFolder.ts"
import { syncTree } from "./syncPath.ts"

const { folder, startParams } = workerData as {
  readonly folder: string
  readonly startParams: ReadonlyArray<string>
}

const failure = await PGlite.create({
  fs: new SyncedFolder(folder),
  startParams: [...startParams],
}).then(async (db) => {
  await db.close()
  // initdb itself syncs nothing through PGlite.
  syncTree(folder)
}).then(
  () => undefined,
  messageOf,
)
parentPort?.postMessage(failure)
