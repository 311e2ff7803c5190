/**
 * PGlite's one session as a byte stream that speaks the PostgreSQL wire protocol, for `PgClient`'s
 * `stream` option with `maxConnections: 1`, so that one client serves a server and the embedded
 * database.
 */
import type { PGlite } from "@electric-sql/pglite"
import { Buffer } from "node:buffer"
import { Duplex } from "node:stream"
import { setImmediate } from "node:timers/promises"

const terminate = 0x58 // "X"
const cancelRequest = 80877102

/**
 * Bytes sent before the log is emptied. PGlite has no process for that, and would keep the whole
 * log until it is closed.
 */
const checkpointAfter = 64 * 1024 * 1024

/** True if `bytes` end with the message that the session is ready and in no transaction. */
const isIdle = (bytes: Uint8Array): boolean => bytes.at(-6) === 0x5a && bytes.at(-1) === 0x49

/** A session on `db`, which resets the state of the previous one and runs the statements `setup`. */
export const pgliteStream = (db: PGlite, setup: string): Duplex => {
  let started = false
  let drained: (() => void) | undefined
  let sent = 0

  /** Ignores a failure: a later commit reports the cause, and until then the log is only longer. */
  const checkpoint = async () => {
    sent = 0
    await db.exec("checkpoint").catch(() => {})
  }

  const begin = async () => {
    if (db.isInTransaction()) await db.exec("rollback")
    await db.exec("discard all")
    await db.exec(setup)
  }

  const run = async (frame: Buffer) => {
    if (!started) {
      started = true
      await begin()
    }
    let idle = false
    const onRawData = (bytes: Uint8Array) => {
      idle = isIdle(bytes)
      // PGlite reuses its output buffer, so each piece is copied.
      duplex.push(bytes.slice())
    }
    await db.runExclusive(() => db.execProtocolRawStream(frame, { onRawData }))
    sent += frame.length
    if (idle && sent >= checkpointAfter) await checkpoint()
    // PGlite responds in microtasks: without a turn of the event loop, timers and sockets starve.
    await setImmediate()
  }

  const duplex = new Duplex({
    // One write is one whole protocol cycle. The next one waits until the reader has taken its
    // rows.
    write(chunk: Buffer, _encoding, done) {
      if (chunk[0] === terminate) return done() // the database outlives its clients
      if (chunk.length === 16 && chunk.readInt32BE(4) === cancelRequest) {
        done() // a statement cannot be stopped
        duplex.destroy()
        return
      }
      run(chunk).then(
        () => duplex.readableLength > duplex.readableHighWaterMark ? drained = done : done(),
        done,
      )
    },
    read() {
      const resume = drained
      drained = undefined
      resume?.()
    },
    final(done) {
      duplex.push(null)
      done()
    },
  })
  return duplex
}
