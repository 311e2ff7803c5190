/**
 * PGlite's one session as a byte stream that speaks the PostgreSQL wire protocol, for `PgClient`'s
 * `stream` option and `maxConnections: 1`. So one client serves a server and the embedded database.
 */
import type { PGlite } from "@electric-sql/pglite"
import { Buffer } from "node:buffer"
import { Duplex } from "node:stream"
import { setImmediate } from "node:timers/promises"

const terminate = 0x58 // "X"
const cancelRequest = 80877102

/** A session on `db`, which begins by leaving nothing of the one before and with the statements `setup`. */
export const pgliteStream = (db: PGlite, setup: string): Duplex => {
  let started = false
  let drained: (() => void) | undefined

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
    // PGlite reuses its output buffer, so each piece is copied.
    await db.runExclusive(() =>
      db.execProtocolRawStream(frame, { onRawData: (bytes) => duplex.push(bytes.slice()) })
    )
    // PGlite answers in microtasks: without a turn of the event loop, timers and sockets starve.
    await setImmediate()
  }

  const duplex = new Duplex({
    // One write is one whole protocol cycle. The next waits until the reader has taken this one's rows.
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
