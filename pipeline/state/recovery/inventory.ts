/** Inventory of the sinks, in the temporary table `held`: the items that each sink holds, with their hashes. */
import { Effect, Option, Predicate, Schema, Stream } from "effect"
import { SummaryActivity } from "../../../schemas/Activity.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { Resource } from "../../../schemas/Item.ts"
import { allResources } from "../../../schemas/resources.ts"
import type { Sink, StoredResponse } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { responseKey } from "./resolve.ts"

/** Value in place of the hash of an item that a sink holds but cannot read. */
export const unreadableHash = ""

/** Empties the inventory, which is deleted with the connection. */
const empty = (db: StateDatabase) =>
  db.read(() => {
    db.run(
      `create temp table if not exists held (resource text, id text, sink text, hash text,
         primary key (resource, id, sink)) without rowid`,
    )
    db.run(`delete from temp.held`)
  })

const addItems = (db: StateDatabase, sink: Sink, resource: Resource) =>
  sink.held(resource).pipe(
    Stream.grouped(1_000),
    Stream.runForEach((page) =>
      db.transaction(() => {
        for (const { fault, hash, id } of page) {
          if (id === undefined) continue
          const found = fault === undefined ? hash ?? null : unreadableHash
          db.run(
            `insert or replace into temp.held values (?, ?, ?, ?)`,
            resource,
            id,
            sink.name,
            found,
          )
        }
      })
    ),
  )

/** Fills the inventory with the items of `sinks`. */
export const takeInventory = Effect.fnUntraced(function* (
  db: StateDatabase,
  sinks: ReadonlyArray<Sink>,
  resources: ReadonlyArray<Resource> = allResources(),
) {
  yield* empty(db)
  for (const resource of resources) {
    for (const sink of sinks) yield* addItems(db, sink, resource)
  }
})

/** True if the inventory has no item that could be read. */
export const isInventoryEmpty = (db: StateDatabase): boolean =>
  !db.has(`select 1 from temp.held where hash is not '' limit 1`)

const ProfileRow = row({ id: Schema.String, several: Schema.NullOr(Schema.Int) })
const ActivityRow = row({ id: Schema.String })

/** Returns the profile that most sinks hold: an embedded database can hold those of other athletes too. */
const commonProfile = (db: StateDatabase) =>
  db.first(
    ProfileRow,
    `select id, count(*) = lead(count(*)) over (order by count(*) desc) as several
       from temp.held where resource = 'athlete' and hash is not '' group by id order by count(*) desc limit 1`,
  )

/** Returns the athlete of the sinks; undefined if they hold several profiles, or nothing that names one. */
export const athleteOfSinks = Effect.fnUntraced(function* (
  db: StateDatabase,
  sinks: ReadonlyArray<Sink>,
) {
  yield* takeInventory(db, sinks, ["athlete", "activities"])
  const profile = yield* db.read(() => commonProfile(db))
  if (profile !== undefined) {
    return profile.several === 1 ? undefined : AthleteId.make(Number(profile.id))
  }
  const activity = yield* db.read(() =>
    db.first(ActivityRow, `select id from temp.held where resource = 'activities' limit 1`)
  )
  if (activity === undefined) return undefined
  for (const sink of sinks) {
    const [response] = yield* sink.kept("activities", [activity.id])
    const owner = Option.getOrUndefined(activityOf(response))?.athlete?.id
    if (Predicate.isNumber(owner)) return owner
  }
  return undefined
})

const decodeActivity = Schema.decodeOption(Schema.fromJsonString(SummaryActivity))

/** Decodes the response of an activity. */
export const activityOf = (response: Pick<StoredResponse, "text"> | undefined) =>
  response === undefined
    ? Option.none<typeof SummaryActivity.Type>()
    : decodeActivity(response.text)

/** Reads responses from the sinks: of each sink the ids that `idsOf` returns. */
export const fetchTexts = Effect.fnUntraced(function* (
  sinks: ReadonlyArray<Sink>,
  resource: Resource,
  idsOf: (sink: Sink) => ReadonlyArray<string>,
) {
  const texts = new Map<string, StoredResponse>()
  for (const sink of sinks) {
    const ids = idsOf(sink)
    if (ids.length === 0) continue
    for (const response of yield* sink.kept(resource, ids)) {
      texts.set(responseKey(sink.name, response.id), response)
    }
  }
  return texts
})
