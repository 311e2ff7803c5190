/** A sink of its own: every response in one SQLite file, with tables that `json_extract` reads. */
import { Pipeline, Sink, Stage } from "@paceline/paceline"
import { Effect, Stream } from "effect"
import { DatabaseSync } from "node:sqlite"

export const sqlite = Sink.make({
  name: "sqlite",
  title: "SQLite",
  keeps: "responses",
  open: (folder) =>
    Effect.gen(function* () {
      const db = yield* Effect.acquireRelease(
        Effect.try(() => new DatabaseSync(`${folder}/strava.db`)),
        (db) => Effect.sync(() => db.close()),
      )
      db.exec(`pragma journal_mode = wal; pragma synchronous = full;
        create table if not exists item (resource text, id text, text blob, hash text,
          fetched_at integer, primary key (resource, id))`)
      const inTransaction = (work: () => void) =>
        Effect.try(() => {
          db.exec("begin")
          try {
            work()
            db.exec("commit")
          } catch (error) {
            db.exec("rollback")
            throw error
          }
        })
      const put = db.prepare("insert or replace into item values (?, ?, ?, ?, ?)")
      const remove = db.prepare("delete from item where resource = ? and id = ?")
      const list = db.prepare("select id, hash from item where resource = ?")
      const get = db.prepare(
        "select id, text, hash, fetched_at from item where resource = ? and id = ?",
      )
      const bytes = new TextEncoder()
      const text = new TextDecoder("utf-8", { ignoreBOM: true })
      return {
        put: (items) =>
          inTransaction(() => {
            for (const { fetchedAt, hash, id, resource, text } of items) {
              put.run(resource, id, bytes.encode(text), hash, fetchedAt)
            }
          }),
        remove: (resource, ids) =>
          inTransaction(() => ids.forEach((id) => remove.run(resource, id))),
        list: (resource) =>
          Stream.fromIterable(list.iterate(resource)).pipe(
            Stream.map(({ hash, id }) => ({ id: String(id), hash: String(hash) })),
          ),
        get: (resource, ids) =>
          Effect.sync(() =>
            ids.flatMap((id) => {
              const row = get.get(resource, id)
              return row === undefined ? [] : [{
                id,
                text: text.decode(row["text"] as Uint8Array),
                hash: String(row["hash"]),
                fetchedAt: Number(row["fetched_at"]),
              }]
            })
          ),
      }
    }),
})

if (import.meta.main) {
  await Pipeline.cli(Pipeline.make({ stages: Stage.builtIn, sinks: [sqlite] }))
}
