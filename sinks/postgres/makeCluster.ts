/**
 * A thread that makes the folder of an embedded PostgreSQL. What that takes, a second PostgreSQL and
 * hundreds of MB, ends with the thread, and the program stays awake meanwhile. Says what went wrong, or
 * undefined.
 */
import { PGlite, type PGliteOptions } from "@electric-sql/pglite"
import { parentPort, workerData } from "node:worker_threads"

const failure = await PGlite.create(workerData as PGliteOptions).then(
  (db) => db.close(),
  (cause) => cause instanceof Error ? cause.message : Deno.inspect(cause),
)
parentPort?.postMessage(failure)
