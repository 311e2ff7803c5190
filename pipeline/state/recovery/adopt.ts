/**
 * Adopting: the ledger is made to say what the sinks hold, after the state file was lost or went back in
 * time. What a sink holds and the ledger does not know is the newer; what another sink lacks of it waits
 * for that sink, from the text that the first one keeps. No request. Killed half-way, it is done again.
 */
import { Clock, Effect, Option, Schema, Stream } from "effect"
import { startOf, SummaryActivity } from "../../../schemas/Activity.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { forEachResource, type Item, Resource } from "../../../schemas/Item.ts"
import { resources } from "../../../schemas/resources.ts"
import type { Kept, Sink, SinkError } from "../../../sinks/Sink.ts"
import { noteAdopted } from "../ledger/completeness.ts"
import type { Database, SqlRow } from "../file/Database.ts"
import { takeFacts } from "../ledger/activityFacts.ts"
import { isDeleted, isPurged, type ItemVersions, lookAt, waitingIn } from "./compare.ts"
import { keepProfile } from "../ledger/profile.ts"
import { takeAway } from "../outbox/removals.ts"
import { listStreams, note, place, refetchItem, startIn } from "./apply.ts"
import type { StateError } from "../StateError.ts"
import { isResponse } from "../outbox/responseText.ts"
import { resolveVersion, textKey, type Texts, unknownOf, unsure } from "./resolve.ts"

/** Number of items by resource that the ledger has learnt of, and that have to be fetched again. */
export interface Adopted {
  readonly learnt: Readonly<Record<Resource, number>>
  readonly lost: Readonly<Record<Resource, number>>
}

/** In place of the hash of what a sink holds and cannot read. */
const faulty = ""

/**
 * Without what cannot be read and the texts that are no answers, such as half a file that a copy left.
 * Where only files that tell no answer remain, nobody holds it: it is to be asked for again.
 */
const believable = (resource: Resource, look: ItemVersions, texts: Texts): ItemVersions => {
  const held = [...look.held].filter(([sink, hash]) => {
    if (hash === faulty) return false
    const kept = texts.get(textKey(sink, look.id))
    return kept === undefined || isResponse(resource, kept.text)
  })
  if (held.length === look.held.size) return look
  return { ...look, held: new Map(held.some(([, hash]) => hash !== undefined) ? held : []) }
}

/** Empties the table of what the sinks hold, which goes with the connection. */
const emptyHeld = (db: Database) =>
  db.read(() => {
    db.run(
      `create temp table if not exists held (resource text, id text, sink text, hash text,
         primary key (resource, id, sink)) without rowid`,
    )
    db.run(`delete from temp.held`)
  })

/** Notes what `sink` holds. */
const gather = (db: Database, sink: Sink, resource: Resource) =>
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
const profileHeld = (db: Database): SqlRow | undefined =>
  db.all(
    `select id, count(*) = lead(count(*)) over (order by count(*) desc) as several
       from temp.held where resource = 'athlete' and hash is not '' group by id order by count(*) desc limit 1`,
  )[0]

/** Returns the athlete whose data the sinks hold, of those that hold no other's. */
export const athleteOfSinks = Effect.fnUntraced(
  function* (db: Database, sinks: ReadonlyArray<Sink>) {
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
const decoded = (kept: Pick<Kept, "text"> | undefined) =>
  kept === undefined
    ? Option.none<typeof SummaryActivity.Type>()
    : Schema.decodeOption(Activity)(kept.text)

const fetchTexts = Effect.fnUntraced(function* (
  sinks: ReadonlyArray<Sink>,
  resource: Resource,
  wanted: (sink: Sink) => ReadonlyArray<string>,
) {
  const texts = new Map<string, Kept>()
  for (const sink of sinks) {
    const ids = wanted(sink)
    if (ids.length === 0) continue
    for (const kept of yield* sink.kept(resource, ids)) texts.set(textKey(sink.name, kept.id), kept)
  }
  return texts
})

export const adopt = Effect.fn("adopt")(function* (
  db: Database,
  sinks: ReadonlyArray<Sink>,
  since: number,
  athlete: AthleteId | undefined,
): Effect.fn.Return<Adopted | undefined, StateError | SinkError> {
  yield* emptyHeld(db)
  for (const resource of Resource.literals) {
    for (const sink of sinks) yield* gather(db, sink, resource)
  }
  const learnt = forEachResource(() => 0)
  const lost = forEachResource(() => 0)
  if (athlete === undefined) {
    const held = yield* db.read(() =>
      db.all(`select 1 from temp.held where hash is not '' limit 1`).length
    )
    return held === 0 ? { learnt, lost } : undefined
  }

  yield* db.read(() =>
    db.run(`delete from temp.held where resource = 'athlete' and id <> ?`, String(athlete))
  )

  const open = new Set(sinks.map(({ name }) => name))

  /** Looks at one page of items whose texts are in memory together. */
  const settle = Effect.fnUntraced(
    function* (resource: Resource, looks: ReadonlyArray<ItemVersions>) {
      const itemOf = ({ id }: ItemVersions, { fetchedAt, hash, text }: Kept): Item => ({
        athlete,
        resource,
        id,
        text,
        hash,
        fetchedAt,
      })
      const first = yield* fetchTexts(
        sinks,
        resource,
        ({ name }) =>
          looks.filter((look) =>
            unknownOf(look, since).some(({ hash, sink }) => sink === name && hash !== faulty)
          )
            .map(({ id }) => id),
      )
      const verdicts = looks.map((look) => believable(resource, look, first))
        .map((look) => ({ look, verdict: resolveVersion(look, since, first) }))
      const second = yield* fetchTexts(
        sinks,
        resource,
        ({ name }) =>
          verdicts.flatMap(({ look, verdict }) =>
            verdict !== undefined && verdict.kept === undefined &&
              look.held.get(name) === verdict.hash &&
              unsure(look, verdict.hash).length > 0
              ? [look.id]
              : []
          ),
      )
      const settled = yield* db.read(() =>
        verdicts.map(({ look, verdict }) => {
          const known = [...look.held.keys()].map((sink) => second.get(textKey(sink, look.id)))
          const waits = look.staged !== undefined && look.staged.hash === verdict?.hash
          const kept = verdict?.kept ?? (waits
            ? waitingIn(db, [athlete, resource, look.id])
            : known.find((kept) => kept?.hash === verdict?.hash))
          return { look, verdict, kept }
        })
      )
      // What a sink without hashes holds is believed if it is what the text would make.
      const equal = new Set<string>()
      for (const sink of sinks) {
        const items = settled.flatMap(({ kept, look }) =>
          kept !== undefined && look.held.has(sink.name) &&
            look.held.get(sink.name) === undefined &&
            look.landed.get(sink.name) !== kept.hash
            ? [itemOf(look, kept)]
            : []
        )
        if (items.length === 0) continue
        const differing = yield* sink.differing({ resource, items })
        const different = new Set(differing.map(({ item }) => item.id))
        for (const { id } of items) if (!different.has(id)) equal.add(textKey(sink.name, id))
      }
      const now = yield* Clock.currentTimeMillis
      yield* db.transaction(() => {
        for (const { kept, look, verdict } of settled) {
          const activity = resource === "activities" ? decoded(kept) : Option.none()
          const owner = Option.getOrUndefined(activity)?.athlete?.id
          // An embedded database may hold another athlete's activities, and their samples, as well.
          if (look.had === undefined && typeof owner === "number" && owner !== athlete) {
            db.run(`delete from temp.held where resource <> 'athlete' and id = ?`, look.id)
            continue
          }
          const key = { athlete, resource, id: look.id }
          if (isDeleted(look)) {
            takeAway(db, key, "deleted", [...look.held.keys()])
            continue
          }
          if (isPurged(look, [...first.values()].filter(({ id }) => id === look.id))) {
            takeAway(db, key, "purged", [...look.held.keys()])
            continue
          }
          if (verdict === undefined) {
            if (refetchItem(db, key, look, now)) lost[resource]++
            continue
          }
          const sure = [...open].filter((sink) =>
            equal.has(textKey(sink, look.id)) || !unsure(look, verdict.hash).includes(sink)
          )
          const start = Option.match(activity, {
            onSome: startOf,
            onNone: () => look.had?.start ?? startIn(db, key),
          })
          const item = kept === undefined ? undefined : itemOf(look, kept)
          place(db, key, look, verdict.hash, item, sure, start)
          const answer = { hash: verdict.hash, start, fetchedAt: kept?.fetchedAt ?? now }
          if (note(db, key, look, answer, now)) {
            learnt[resource]++
            if (kept !== undefined) noteAdopted(db, key, kept.text, now)
          }
          if (Option.isSome(activity)) {
            takeFacts(db, key, look, verdict.hash, { start, activity: activity.value, now })
            listStreams(db, { ...key, start }, activity.value, now)
          }
        }
      })
    },
  )

  for (const resource of Resource.literals) {
    let after = ""
    for (;;) {
      const page = yield* db.read(() =>
        lookAt(db, { athlete, resource, after, open, limit: resources[resource].atOnce.surveyed })
      )
      if (page.ids.length === 0) break
      after = page.ids.at(-1) ?? after
      for (let i = 0; i < page.looks.length; i += resources[resource].atOnce.adopted) {
        yield* settle(resource, page.looks.slice(i, i + resources[resource].atOnce.adopted))
      }
    }
    yield* db.transaction(() => {
      for (const sink of open) {
        db.run(
          `delete from landed where sink = ?1 and resource = ?2 and not exists (
             select 1 from temp.held where held.resource = ?2 and held.id = landed.id
               and held.sink = ?1 and held.hash is not '')`,
          sink,
          resource,
        )
      }
    })
  }
  yield* keepProfile(db, sinks, athlete)
  return { learnt, lost }
})
