/** Taking in what the sinks hold: which of them are still to be looked at, and what is said of it. */
import { Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isolated, needsAthlete } from "../../../sinks/isolate.ts"
import { nothingIn } from "../../../sinks/nothing.ts"
import type { SinkSource } from "../../../sinks/Sink.ts"
import { adopt, type Adopted } from "./adopt.ts"
import { athleteOfSinks } from "./inventory.ts"
import type { StateDatabase } from "../file/Database.ts"
import { recordGenerationIn } from "../outbox/generations.ts"
import { recordIdentityIn } from "../outbox/holdings.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"
import { markRefetchIn } from "../outbox/shortfall.ts"
import { fromSinkError, StateError } from "../StateError.ts"
import { athleteIn } from "../ledger/owner.ts"

const there = ({ there = Effect.succeed(true) }: SinkSource) => there

/**
 * The fact that a sink is to be looked at before it is written to: since when, in milliseconds since
 * 1970; 0 where nothing was lost as far as is known, so that a sink that is down holds nobody up.
 */
export const recoveryKey = (sink: string) => `recover ${sink}`

/**
 * What has landed in a sink that was removed since landed nowhere: note that it is to be looked at, so
 * that the others' answers go there too. Gives the sinks of which that is so.
 */
export const markRemovedSinks = Effect.fnUntraced(function* (
  db: StateDatabase,
  sources: ReadonlyArray<SinkSource>,
  now: number,
) {
  const gone = yield* Effect.filter(sources, (source) => Effect.map(there(source), (made) => !made))
  return yield* db.transaction(() =>
    gone.filter(({ identity, name }) => {
      const same = metaIn(db.all, `sink ${name}`) === (identity ?? name)
      const landed = same &&
        db.all(`select 1 from landed where sink = ? limit 1`, name).length > 0
      if (landed) {
        setMetaIn(db, recoveryKey(name), String(now))
        markRefetchIn(db, name)
      }
      return landed
    })
  )
})

/**
 * Adopts what the sinks hold that were not looked at since the state file was lost. A sink that can hold
 * data of several athletes has to wait until the athlete is known, from here or from the other sinks.
 */
export const adoptFromSinks = Effect.fnUntraced(function* (
  db: StateDatabase,
  path: string,
  sources: ReadonlyArray<SinkSource>,
) {
  const due = yield* db.read(() =>
    new Map(sources.flatMap(({ name }) => {
      const value = metaIn(db.all, recoveryKey(name))
      return value === undefined ? [] : [[name, Number(value)]]
    }))
  )
  /** The others are looked at too, if they can be: what was lost may be with them. */
  const opened = Effect.fnUntraced(function* (
    source: SinkSource,
    athlete: AthleteId | undefined,
  ) {
    const { look, open, there } = isolated(source, { athlete })
    const made = yield* there ?? Effect.succeed(true)
    const since = due.get(source.name)
    const sink = !made
      ? Effect.succeed(nothingIn(source.name, source.location))
      : since === undefined
      ? look
      : open
    return yield* (since ?? 0) > 0
      ? Effect.map(sink, (sink) => [sink])
      : Effect.orElseSucceed(Effect.map(sink, (sink) => [sink]), () => [])
  })
  const own = sources.filter(({ of }) => of === undefined)
  const known = yield* db.read(() => athleteIn(db))
  if (due.size === 0 || (known === undefined && own.every(({ name }) => !due.has(name)))) {
    return undefined
  }
  const since = Math.max(...due.values())
  return yield* Effect.scoped(Effect.gen(function* () {
    const local = (yield* Effect.forEach(own, (source) => opened(source, known))).flat()
    const athlete = known ?? (yield* athleteOfSinks(db, local))
    const looked = sources.filter((source) => !needsAthlete(source, athlete))
    const foreign = looked.filter((source) => !own.includes(source))
    const sinks = [
      ...local,
      ...(yield* Effect.forEach(foreign, (source) => opened(source, athlete))).flat(),
    ]
    yield* db.transaction(() => {
      for (const { name, identity } of looked) {
        if (due.has(name)) recordIdentityIn(db, name, identity ?? name)
      }
    })
    const adopted = yield* adopt(db, sinks, since, athlete)
    if (adopted === undefined) {
      const detail =
        "is lost, and nothing that the sinks hold tells whose data it is: no profile or several, " +
        "and no activity as Strava sent it. Nothing was asked of Strava. Restore the state file or " +
        "athlete.json from a backup, or give another folder: --data FOLDER"
      return yield* new StateError({ path, reason: "lost", detail })
    }
    yield* db.transaction(() => {
      setMetaIn(db, "changed", `adopted ${since}`)
      for (const { generation, name } of sinks) {
        db.run(`delete from meta where key = ?`, recoveryKey(name))
        if (generation !== undefined) recordGenerationIn(db, name, generation.now)
      }
    })
    return adopted
  })).pipe(Effect.mapError(fromSinkError(path)))
})

/** What came of it, in sentences; nothing at all where nothing was to be expected. */
export const describeAdoption = (
  found: Adopted | undefined,
  quiet: boolean,
): ReadonlyArray<string> => {
  if (found === undefined) return []
  const { activities, streams } = found.learnt
  const lost = Object.values(found.lost).reduce((sum, count) => sum + count, 0)
  const some = activities + streams > 0
  return [
    ...(some
      ? [`Taken in from the sinks: ${activities} activities and the samples of ${streams}.`]
      : quiet
      ? []
      : ["The sinks hold nothing that it did not know."]),
    ...(lost === 0 ? [] : [`No sink holds ${lost} that it knew: to be fetched again.`]),
  ]
}
