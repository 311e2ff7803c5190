/**
 * Adoption: updates the ledger with the items of the sinks, after the state file was lost or is older than the last
 * run. A response in a sink that the ledger does not know is newer; other sinks that lack it get it from the outbox.
 * Needs no request, and can be repeated if it is interrupted.
 */
import { Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { recordOf, Resource } from "../../../schemas/Item.ts"
import { allResources, declarationOf } from "../../../schemas/resources.ts"
import type { Sink, SinkError } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { keepProfile } from "../ledger/profile.ts"
import type { StateError } from "../StateError.ts"
import { type Adoption, adoptItems } from "./adoptItems.ts"
import { comparePage } from "./compare.ts"
import { isInventoryEmpty, takeInventory } from "./inventory.ts"

/** Number of items by resource that were adopted, and that are in no sink and are fetched again. */
export interface AdoptedCounts {
  readonly learnt: Readonly<Record<Resource, number>>
  readonly lost: Readonly<Record<Resource, number>>
}

/** Deletes the ledger's records of items that a sink was not found to hold. */
const removeStaleHoldings = ({ db, readSinks }: Adoption, resource: Resource) =>
  db.transaction(() => {
    for (const sink of readSinks) {
      db.run(
        `delete from landed where sink = ?1 and resource = ?2 and not exists (
           select 1 from temp.held where held.resource = ?2 and held.id = landed.id
             and held.sink = ?1 and held.hash is not '')`,
        sink,
        resource,
      )
    }
  })

const adoptResource = Effect.fnUntraced(function* (adoption: Adoption, resource: Resource) {
  const { athlete, db, readSinks } = adoption
  const { adopted, surveyed } = declarationOf(resource).atOnce
  let after = ""
  for (;;) {
    const { ids, versions } = yield* db.read(() =>
      comparePage(db, { athlete, resource, after, readSinks, limit: surveyed })
    )
    const last = ids.at(-1)
    if (last === undefined) break
    after = last
    for (let i = 0; i < versions.length; i += adopted) {
      yield* adoptItems(adoption, resource, versions.slice(i, i + adopted))
    }
  }
  yield* removeStaleHoldings(adoption, resource)
})

/**
 * Adopts the items of `sinks`. Unknown responses count if the ledger has not changed since `since` (milliseconds
 * since 1970). Undefined if the sinks hold items but the athlete is unknown.
 */
export const adopt = Effect.fn("adopt")(function* (
  db: StateDatabase,
  sinks: ReadonlyArray<Sink>,
  since: number,
  athlete: AthleteId | undefined,
): Effect.fn.Return<AdoptedCounts | undefined, StateError | SinkError> {
  yield* takeInventory(db, sinks)
  const learnt = recordOf(allResources(), () => 0)
  const lost = recordOf(allResources(), () => 0)
  if (athlete === undefined) {
    return (yield* db.read(() => isInventoryEmpty(db))) ? { learnt, lost } : undefined
  }
  yield* db.read(() =>
    db.run(`delete from temp.held where resource = 'athlete' and id <> ?`, String(athlete))
  )
  const readSinks = new Set(sinks.map(({ name }) => name))
  const adoption = { athlete, db, learnt, lost, readSinks, since, sinks }
  for (const resource of allResources()) yield* adoptResource(adoption, resource)
  yield* keepProfile(db, sinks, athlete)
  return { learnt, lost }
})
