/** Adopts a group of items whose responses are in memory together. */
import { Clock, Effect, Option, Predicate } from "effect"
import { startOf, type SummaryActivity } from "../../../schemas/Activity.ts"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item, ItemKey, Resource } from "../../../schemas/Item.ts"
import { sourceOf } from "../../../schemas/export/source.ts"
import type { Sink, StoredResponse } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { adoptActivityFacts } from "../ledger/activityFacts.ts"
import { recordAdopted } from "../ledger/completeness.ts"
import { adoptOrigin } from "../sources/adoptOrigin.ts"
import { deleteFromSinks } from "../outbox/removals.ts"
import { isResponse } from "../outbox/responseText.ts"
import { listStreams, recordHoldings, recordResolved, refetchItem, startIn } from "./apply.ts"
import { isDeleted, isPurged, type ItemVersions, undeliveredIn } from "./compare.ts"
import { activityOf, fetchTexts, unreadableHash } from "./inventory.ts"
import {
  type ResolvedVersion,
  resolveVersion,
  responseKey,
  type ResponseTexts,
  unknownHashes,
  unsureSinks,
} from "./resolve.ts"

/** Parameters and counters of an adoption. */
export interface Adoption {
  readonly athlete: AthleteId
  readonly db: StateDatabase
  readonly sinks: ReadonlyArray<Sink>
  readonly readSinks: ReadonlySet<string>
  readonly since: number
  readonly learnt: Record<Resource, number>
  readonly lost: Record<Resource, number>
}

/** An item, the version that counts, and its response if it is known. */
interface ResolvedItem {
  readonly versions: ItemVersions
  readonly resolved: ResolvedVersion | undefined
  readonly response: StoredResponse | undefined
}

/**
 * Leaves out what a sink holds and cannot read, and texts that are no responses, such as half a copied file. If only
 * files without a hash remain, no sink counts as holding the item, so that it is fetched again.
 */
const withoutDamage = (
  resource: Resource,
  versions: ItemVersions,
  texts: ResponseTexts,
): ItemVersions => {
  const found = [...versions.found].filter(([sink, hash]) => {
    if (hash === unreadableHash) return false
    const response = texts.get(responseKey(sink, versions.id))
    return response === undefined || isResponse(resource, response.text)
  })
  if (found.length === versions.found.size) return versions
  const hasHash = found.some(([, hash]) => hash !== undefined)
  return { ...versions, found: new Map(hasHash ? found : []) }
}

/** Reads the responses that the ledger does not know. */
const fetchUnknown = (
  { since, sinks }: Adoption,
  resource: Resource,
  items: ReadonlyArray<ItemVersions>,
) =>
  fetchTexts(
    sinks,
    resource,
    ({ name }) =>
      items.filter((versions) =>
        unknownHashes(versions, since).some(({ hash, sink }) =>
          sink === name && hash !== unreadableHash
        )
      ).map(({ id }) => id),
  )

/** Reads the responses of known versions that another sink might lack. */
const fetchKnown = (
  { sinks }: Adoption,
  resource: Resource,
  items: ReadonlyArray<Omit<ResolvedItem, "response">>,
) =>
  fetchTexts(
    sinks,
    resource,
    ({ name }) =>
      items.filter(({ resolved, versions }) =>
        resolved !== undefined && resolved.response === undefined &&
        versions.found.get(name) === resolved.hash &&
        unsureSinks(versions, resolved.hash).length > 0
      ).map(({ versions }) => versions.id),
  )

const responseOf = (
  db: StateDatabase,
  key: ItemKey,
  { resolved, versions }: Omit<ResolvedItem, "response">,
  known: ResponseTexts,
): StoredResponse | undefined => {
  if (resolved?.response !== undefined) return resolved.response
  if (versions.staged !== undefined && versions.staged.hash === resolved?.hash) {
    return undeliveredIn(db, key)
  }
  return [...versions.found.keys()].map((sink) => known.get(responseKey(sink, versions.id)))
    .find((response) => response?.hash === resolved?.hash)
}

const itemFrom = (key: ItemKey, { fetchedAt, hash, text }: StoredResponse): Item => ({
  ...key,
  text,
  hash,
  fetchedAt,
})

/**
 * Returns the keys (see `responseKey`) of items without a hash in a sink that equal what the response would be written
 * as. These sinks hold the version that counts.
 */
const findEqual = Effect.fnUntraced(function* (
  { athlete, sinks }: Adoption,
  resource: Resource,
  items: ReadonlyArray<ResolvedItem>,
) {
  const equal = new Set<string>()
  for (const sink of sinks) {
    const comparable = items.flatMap(({ response, versions: { found, id, landed } }) =>
      response !== undefined && found.has(sink.name) && found.get(sink.name) === undefined &&
        landed.get(sink.name) !== response.hash
        ? [itemFrom({ athlete, resource, id }, response)]
        : []
    )
    if (comparable.length === 0) continue
    const differing = yield* sink.differing({ resource, items: comparable })
    const different = new Set(differing.map(({ item }) => item.id))
    for (const { id } of comparable) if (!different.has(id)) equal.add(responseKey(sink.name, id))
  }
  return equal
})

/** True if the item belongs to another athlete: an embedded database can hold data of several. */
const isForeign = (
  { athlete }: Adoption,
  { entry }: ItemVersions,
  activity: Option.Option<typeof SummaryActivity.Type>,
): boolean => {
  const owner = Option.getOrUndefined(activity)?.athlete?.id
  return entry === undefined && Predicate.isNumber(owner) && owner !== athlete
}

/** Inside a transaction: updates the ledger and the outbox of an item with the version that counts. */
const applyVersion = (
  { db, learnt, readSinks }: Adoption,
  key: ItemKey,
  { resolved: { hash }, response, versions }: ResolvedItem & { resolved: ResolvedVersion },
  activity: Option.Option<typeof SummaryActivity.Type>,
  equal: ReadonlySet<string>,
  now: number,
): void => {
  const unsure = unsureSinks(versions, hash)
  const sure = [...readSinks].filter((sink) =>
    equal.has(responseKey(sink, key.id)) || !unsure.includes(sink)
  )
  const start = Option.match(activity, {
    onSome: startOf,
    onNone: () => versions.entry?.start ?? startIn(db, key),
  })
  const item = response === undefined ? undefined : itemFrom(key, response)
  recordHoldings(db, key, versions, { hash, item, start, sure })
  const fetchedAt = response?.fetchedAt ?? now
  if (
    recordResolved(
      db,
      key,
      versions,
      { hash, start, fetchedAt, source: item && sourceOf(item) },
      now,
    )
  ) {
    learnt[key.resource]++
    if (item !== undefined) recordAdopted(db, item, now)
    if (item !== undefined && key.resource === "export") {
      adoptOrigin(db, item)
    }
  }
  if (Option.isSome(activity)) {
    adoptActivityFacts(db, key, versions, hash, {
      start,
      activity: activity.value,
      source: item === undefined ? "api" : sourceOf(item),
      now,
    })
    listStreams(db, { ...key, start }, activity.value, now)
  }
}

/** Inside a transaction: adopts one item, deletes it again, or marks it as lost. */
const applyItem = (
  adoption: Adoption,
  key: ItemKey,
  item: ResolvedItem,
  unknown: ResponseTexts,
  equal: ReadonlySet<string>,
  now: number,
): void => {
  const { db, lost } = adoption
  const { resolved, response, versions } = item
  const activity = key.resource === "activities" ? activityOf(response) : Option.none()
  if (isForeign(adoption, versions, activity)) {
    return void db.run(`delete from temp.held where resource <> 'athlete' and id = ?`, key.id)
  }
  const holders = [...versions.found.keys()]
  if (isDeleted(versions)) return deleteFromSinks(db, key, "deleted", holders)
  if (isPurged(versions, [...unknown.values()].filter(({ id }) => id === key.id))) {
    return deleteFromSinks(db, key, "purged", holders)
  }
  if (resolved !== undefined) {
    return applyVersion(adoption, key, { ...item, resolved }, activity, equal, now)
  }
  if (refetchItem(db, key, versions, now)) lost[key.resource]++
}

/** Adopts items of a resource. Their responses are in memory together. */
export const adoptItems = Effect.fnUntraced(function* (
  adoption: Adoption,
  resource: Resource,
  items: ReadonlyArray<ItemVersions>,
) {
  const { athlete, db, since } = adoption
  const keyOf = ({ id }: ItemVersions): ItemKey => ({ athlete, resource, id })
  const unknown = yield* fetchUnknown(adoption, resource, items)
  const resolved = items.map((versions) => withoutDamage(resource, versions, unknown))
    .map((versions) => ({ versions, resolved: resolveVersion(versions, since, unknown) }))
  const known = yield* fetchKnown(adoption, resource, resolved)
  const withResponses = yield* db.read(() =>
    resolved.map((item): ResolvedItem => ({
      ...item,
      response: responseOf(db, keyOf(item.versions), item, known),
    }))
  )
  const equal = yield* findEqual(adoption, resource, withResponses)
  const now = yield* Clock.currentTimeMillis
  yield* db.transaction(() => {
    for (const item of withResponses) {
      applyItem(adoption, keyOf(item.versions), item, unknown, equal, now)
    }
  })
})
