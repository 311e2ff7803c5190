/** Reconciles the ledger with the sinks after the state file or a sink was lost. */
import { Clock, Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isExportResource } from "../../../schemas/Item.ts"
import { allResources } from "../../../schemas/resources.ts"
import { isolated, needsAthlete } from "../../../sinks/isolate.ts"
import { emptySink } from "../../../sinks/nothing.ts"
import type { SinkSource } from "../../../sinks/Sink.ts"
import { formatNumber } from "../../output/kit/numbers.ts"
import { quantity } from "../../output/kit/plurals.ts"
import type { StateDatabase } from "../file/Database.ts"
import { deleteMetaIn, metaIn, setMetaIn } from "../file/meta.ts"
import { athleteIn } from "../ledger/owner.ts"
import { markRefetchIn } from "../outbox/shortfall.ts"
import { identityIn, recordGenerationIn, recordIdentityIn } from "../outbox/sinkHistory.ts"
import { fromSinkError, StateError } from "../StateError.ts"
import { adopt, type AdoptedCounts } from "./adopt.ts"
import { athleteOfSinks } from "./inventory.ts"

const exists = ({ there = Effect.succeed(true) }: SinkSource) => there

/**
 * Key in `meta` of a sink that must be read before it is written to. The value is the time of the loss in
 * milliseconds since 1970, or 0 if no loss is known: then a sink that is down does not block the run.
 */
export const recoveryKey = (sink: string) => `recover ${sink}`

/**
 * Marks sinks that were removed after data had landed in them, so that they are rebuilt from the other
 * sinks. Returns these sinks.
 */
export const markRemovedSinks = Effect.fnUntraced(function* (
  db: StateDatabase,
  sources: ReadonlyArray<SinkSource>,
) {
  const now = yield* Clock.currentTimeMillis
  const removed = yield* Effect.filter(
    sources,
    (source) => Effect.map(exists(source), (found) => !found),
  )
  return yield* db.transaction(() =>
    removed.filter(({ identity, name }) => {
      const hadData = identityIn(db, name) === (identity ?? name) &&
        db.has(`select 1 from landed where sink = ? limit 1`, name)
      if (hadData) {
        setMetaIn(db, recoveryKey(name), String(now))
        markRefetchIn(db, name)
      }
      return hadData
    })
  )
})

/**
 * Opens a sink to read it; none if it cannot be opened and no loss is known. Sinks without a known loss are read
 * too, because they can hold the lost items.
 */
const openForReading = Effect.fnUntraced(function* (
  source: SinkSource,
  athlete: AthleteId | undefined,
  since: number | undefined,
) {
  const { look, open, there = Effect.succeed(true) } = isolated(source, { athlete })
  const found = yield* there
  const sink = !found
    ? Effect.succeed(emptySink(source.name, source.location))
    : since === undefined
    ? look
    : open
  const opened = Effect.map(sink, (sink) => [sink])
  return yield* (since ?? 0) > 0 ? opened : Effect.orElseSucceed(opened, () => [])
})

/** Fails because the sinks hold items, but neither they nor the ledger identify the athlete. */
const unidentified = (path: string) =>
  new StateError({
    path,
    reason: "lost",
    detail:
      "is lost, and the sinks do not identify the athlete: they hold no profile or several, and " +
      "no activity as sent by Strava. No request was sent to Strava. Restore the state file or " +
      "athlete.json from a backup, or use another data directory: --data DIR",
  })

/** Reads the sinks, records their identities and adopts their items. */
const adoptMarked = Effect.fnUntraced(function* (
  db: StateDatabase,
  path: string,
  sources: ReadonlyArray<SinkSource>,
  marked: ReadonlyMap<string, number>,
  known: AthleteId | undefined,
) {
  const openAll = (some: ReadonlyArray<SinkSource>, athlete: AthleteId | undefined) =>
    Effect.map(
      Effect.forEach(some, (source) => openForReading(source, athlete, marked.get(source.name))),
      (opened) => opened.flat(),
    )
  const own = sources.filter(({ of }) => of === undefined)
  const local = yield* openAll(own, known)
  const athlete = known ?? (yield* athleteOfSinks(db, local))
  const readable = sources.filter((source) => !needsAthlete(source, athlete))
  const shared = yield* openAll(readable.filter((source) => !own.includes(source)), athlete)
  const sinks = [...local, ...shared]
  yield* db.transaction(() => {
    for (const { name, identity } of readable) {
      if (marked.has(name)) recordIdentityIn(db, name, identity ?? name)
    }
  })
  const since = Math.max(...marked.values())
  const adopted = yield* adopt(db, sinks, since, athlete)
  if (adopted === undefined) return yield* unidentified(path)
  yield* db.transaction(() => {
    setMetaIn(db, "changed", `adopted ${since}`)
    for (const { generation, name } of sinks) {
      deleteMetaIn(db, recoveryKey(name))
      if (generation !== undefined) recordGenerationIn(db, name, generation.now)
    }
  })
  return adopted
})

/**
 * Adopts the items of the sinks if any sink is marked by `recoveryKey`; else returns undefined. A sink that can hold
 * data of several athletes is read only once the athlete is known, from the ledger or from other sinks.
 */
export const adoptFromSinks = Effect.fnUntraced(function* (
  db: StateDatabase,
  path: string,
  sources: ReadonlyArray<SinkSource>,
) {
  const marked = yield* db.read(() =>
    new Map(sources.flatMap(({ name }) => {
      const since = metaIn(db, recoveryKey(name))
      return since === undefined ? [] : [[name, Number(since)]]
    }))
  )
  const known = yield* db.read(() => athleteIn(db))
  const isReadable = ({ name, of }: SinkSource) =>
    marked.has(name) && (known !== undefined || of === undefined)
  if (!sources.some(isReadable)) return undefined
  return yield* Effect.scoped(adoptMarked(db, path, sources, marked, known)).pipe(
    Effect.mapError(fromSinkError(path)),
  )
})

/** Describes the result for the user. With `quiet`, only if items were adopted or lost. */
export const describeAdoption = (
  found: AdoptedCounts | undefined,
  quiet: boolean,
): ReadonlyArray<string> => {
  if (found === undefined) return []
  const { activities, streams } = found.learnt
  const lostOf = (isOfExport: boolean) =>
    allResources().filter((resource) => isExportResource(resource) === isOfExport)
      .reduce((sum, resource) => sum + (found.lost[resource] ?? 0), 0)
  const [lost, rows] = [lostOf(false), lostOf(true)]
  const hasAdopted = activities + streams > 0
  return [
    ...(hasAdopted
      ? [
        `Adopted from the sinks: ${quantity(activities, "activity", "activities")}, ` +
        `${formatNumber(streams)} streams.`,
      ]
      : quiet
      ? []
      : ["The sinks hold nothing that the state file does not list."]),
    ...(lost === 0
      ? []
      : [`${quantity(lost, "item is", "items are")} in no sink and will be fetched again.`]),
    ...(rows === 0 ? [] : [
      `${quantity(rows, "row of your export is", "rows of your export are")} in no sink. ` +
      "To store them again: deno task import FILE",
    ]),
  ]
}
