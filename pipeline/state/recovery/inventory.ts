/** Inventory of the sinks, in a temporary table: the items that each sink holds and their hashes. */
import { Effect, Option, Schema, Stream } from "effect"
import { SummaryActivity } from "../../../schemas/Activity.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Resource } from "../../../schemas/Item.ts"
import type { Kept, Sink } from "../../../sinks/Sink.ts"
import type { SqlRow, StateDatabase } from "../file/Database.ts"
import { responseKey } from "./resolve.ts"

/** In place of the hash of what a sink holds and cannot read. */
export const faulty = ""

/** Empties the table of what the sinks hold, which goes with the connection. */
export const emptyHeld = (db: StateDatabase) =>
  db.read(() => {
    db.run(
      `create temp table if not exists held (resource text, id text, sink text, hash text,
         primary key (resource, id, sink)) without rowid`,
    )
    db.run(`delete from temp.held`)
  })

/** Notes what `sink` holds. */
export const gather = (db: StateDatabase, sink: Sink, resource: Resource) =>
  sink.held(resource).pipe(
    Stream.grouped(1_000),
    Stream.runForEach((page) =>
      db.transaction(() => {
        for (const { fault, hash, id } of page) {
          if (id === undefined) continue
          const its = fault === undefined ? hash ?? null : faulty
          const row = [resource, id, sink.name, its] as const
          db.run(`insert or replace into temp.held values (?, ?, ?, ?)`, ...row)
        }
      })
    ),
  )

/** The profile that most sinks hold: an embedded database may hold another athlete's as well. */
const profileHeld = (db: StateDatabase): SqlRow | undefined =>
  db.all(
    `select id, count(*) = lead(count(*)) over (order by count(*) desc) as several
       from temp.held where resource = 'athlete' and hash is not '' group by id order by count(*) desc limit 1`,
  )[0]

/** Returns the athlete whose data the sinks hold, of those that hold no other's. */
export const athleteOfSinks = Effect.fnUntraced(
  function* (db: StateDatabase, sinks: ReadonlyArray<Sink>) {
    yield* emptyHeld(db)
    for (const resource of ["athlete", "activities"] as const) {
      for (const sink of sinks) yield* gather(db, sink, resource)
    }
    const row = yield* db.read(() =>
      profileHeld(db) ??
        db.all(`select id, 1 as activity from temp.held where resource = 'activities' limit 1`)[0]
    )
    if (row === undefined || row["several"] === 1) return undefined
    if (row["activity"] === undefined) return AthleteId.make(Number(row["id"]))
    for (const sink of sinks) {
      const [kept] = yield* sink.kept("activities", [String(row["id"])])
      const owner = Option.map(decoded(kept), ({ athlete }) => athlete?.id)
      if (Option.isSome(owner) && typeof owner.value === "number") return owner.value
    }
    return undefined
  },
)

const Activity = Schema.fromJsonString(SummaryActivity)
export const decoded = (kept: Pick<Kept, "text"> | undefined) =>
  kept === undefined
    ? Option.none<typeof SummaryActivity.Type>()
    : Schema.decodeOption(Activity)(kept.text)

export const fetchTexts = Effect.fnUntraced(function* (
  sinks: ReadonlyArray<Sink>,
  resource: Resource,
  wanted: (sink: Sink) => ReadonlyArray<string>,
) {
  const texts = new Map<string, Kept>()
  for (const sink of sinks) {
    const ids = wanted(sink)
    if (ids.length === 0) continue
    for (const kept of yield* sink.kept(resource, ids)) {
      texts.set(responseKey(sink.name, kept.id), kept)
    }
  }
  return texts
})
