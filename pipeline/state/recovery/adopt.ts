/**
 * Adopting: the ledger is made to say what the sinks hold, after the state file was lost or went back in
 * time. What a sink holds and the ledger does not know is the newer; what another sink lacks of it waits
 * for that sink, from the text that the first one keeps. No request. Killed half-way, it is done again.
 */
import { Clock, Effect, Option } from "effect"
import { startOf } from "../../../schemas/Activity.ts"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { type Item, recordOf, Resource } from "../../../schemas/Item.ts"
import { resources } from "../../../schemas/resources.ts"
import type { Kept, Sink, SinkError } from "../../../sinks/Sink.ts"
import { recordAdopted } from "../ledger/completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import { adoptActivityFacts } from "../ledger/activityFacts.ts"
import { decoded, emptyHeld, faulty, fetchTexts, gather } from "./inventory.ts"
import { comparePage, isDeleted, isPurged, type ItemVersions, undeliveredIn } from "./compare.ts"
import { keepProfile } from "../ledger/profile.ts"
import { deleteFromSinks } from "../outbox/removals.ts"
import { listStreams, recordHoldings, recordResolved, refetchItem, startIn } from "./apply.ts"
import type { StateError } from "../StateError.ts"
import { isResponse } from "../outbox/responseText.ts"
import {
  resolveVersion,
  responseKey,
  type ResponseTexts,
  unknownHashes,
  unsureSinks,
} from "./resolve.ts"

/** Number of items by resource that the ledger has learnt of, and that have to be fetched again. */
export interface Adopted {
  readonly learnt: Readonly<Record<Resource, number>>
  readonly lost: Readonly<Record<Resource, number>>
}

/**
 * Without what cannot be read and the texts that are no answers, such as half a file that a copy left.
 * Where only files that tell no answer remain, nobody holds it: it is to be asked for again.
 */
const believable = (resource: Resource, look: ItemVersions, texts: ResponseTexts): ItemVersions => {
  const held = [...look.held].filter(([sink, hash]) => {
    if (hash === faulty) return false
    const kept = texts.get(responseKey(sink, look.id))
    return kept === undefined || isResponse(resource, kept.text)
  })
  if (held.length === look.held.size) return look
  return { ...look, held: new Map(held.some(([, hash]) => hash !== undefined) ? held : []) }
}

export const adopt = Effect.fn("adopt")(function* (
  db: StateDatabase,
  sinks: ReadonlyArray<Sink>,
  since: number,
  athlete: AthleteId | undefined,
): Effect.fn.Return<Adopted | undefined, StateError | SinkError> {
  yield* emptyHeld(db)
  for (const resource of Resource.literals) {
    for (const sink of sinks) yield* gather(db, sink, resource)
  }
  const learnt = recordOf(Resource.literals, () => 0)
  const lost = recordOf(Resource.literals, () => 0)
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
            unknownHashes(look, since).some(({ hash, sink }) => sink === name && hash !== faulty)
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
              unsureSinks(look, verdict.hash).length > 0
              ? [look.id]
              : []
          ),
      )
      const settled = yield* db.read(() =>
        verdicts.map(({ look, verdict }) => {
          const known = [...look.held.keys()].map((sink) => second.get(responseKey(sink, look.id)))
          const waits = look.staged !== undefined && look.staged.hash === verdict?.hash
          const kept = verdict?.kept ?? (waits
            ? undeliveredIn(db, [athlete, resource, look.id])
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
        for (const { id } of items) if (!different.has(id)) equal.add(responseKey(sink.name, id))
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
            deleteFromSinks(db, key, "deleted", [...look.held.keys()])
            continue
          }
          if (isPurged(look, [...first.values()].filter(({ id }) => id === look.id))) {
            deleteFromSinks(db, key, "purged", [...look.held.keys()])
            continue
          }
          if (verdict === undefined) {
            if (refetchItem(db, key, look, now)) lost[resource]++
            continue
          }
          const sure = [...open].filter((sink) =>
            equal.has(responseKey(sink, look.id)) || !unsureSinks(look, verdict.hash).includes(sink)
          )
          const start = Option.match(activity, {
            onSome: startOf,
            onNone: () => look.had?.start ?? startIn(db, key),
          })
          const item = kept === undefined ? undefined : itemOf(look, kept)
          recordHoldings(db, key, look, verdict.hash, item, sure, start)
          const answer = { hash: verdict.hash, start, fetchedAt: kept?.fetchedAt ?? now }
          if (recordResolved(db, key, look, answer, now)) {
            learnt[resource]++
            if (kept !== undefined) recordAdopted(db, key, kept.text, now)
          }
          if (Option.isSome(activity)) {
            adoptActivityFacts(db, key, look, verdict.hash, {
              start,
              activity: activity.value,
              now,
            })
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
        comparePage(db, {
          athlete,
          resource,
          after,
          open,
          limit: resources[resource].atOnce.surveyed,
        })
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
