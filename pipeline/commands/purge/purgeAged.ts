/** Deletes data by age in every used sink, after confirmation. */
import { Clock, Effect, Layer, Option } from "effect"
import { type SinkError, Sinks } from "../../../sinks/Sink.ts"
import { namesOfSinks, sinkNames } from "../../../sinks/SinkKind.ts"
import { Delivery } from "../../delivery/Delivery.ts"
import { sinksLayer } from "../../run/layers.ts"
import { type ExitCode, exitCodes } from "../../base/exit.ts"
import { purgeOlder } from "../../purge/older.ts"
import { endWith, print } from "../../base/runMain.ts"
import { StateFile } from "../../state/StateFile.ts"
import { explainMissing } from "../../run/run.ts"
import { selectedSinks } from "../../verify/verify.ts"
import { consent, NotPurged, otherDatabase } from "../process/consent.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"
import { taskLine } from "../../output/kit/line.ts"
import { stateFileIn } from "../process/stateFileMissing.ts"
import type { PurgeOptions } from "./purgeAll.ts"
import { showProgress } from "../../output/progress/CommandDisplay.ts"
import { renderAged, renderPurged } from "../../output/purgePage.ts"

/** Returns the names of the sinks that were used; fails if another database was used than is configured. */
const usedIn = Effect.fnUntraced(function* (folder: string, leaveDatabase: boolean) {
  const url = yield* databaseUrl
  const { known, names } = yield* Effect.gen(function* () {
    const { ledger } = yield* StateFile
    return { names: yield* selectedSinks([]), known: yield* ledger.identities }
  }).pipe(Effect.provide(StateFile.layerReadOnly(folder)))
  const layer = sinksLayer({ data: folder, databaseUrl: url, sinks: names })
  const sources = yield* Effect.provide(Sinks, layer)
  if (leaveDatabase) return namesOfSinks(sources.filter(({ isDatabase = false }) => !isDatabase))
  for (const { identity, location, name } of sources) {
    const used = known.get(name)
    if (identity === undefined || used === undefined || used === identity) continue
    return yield* otherDatabase(used, Option.isSome(url) ? location : undefined)
  }
  return names
})

const codeOf = (down: ReadonlyArray<SinkError>): ExitCode =>
  down.length === 0
    ? exitCodes.complete
    : down.some(({ reason }) => reason === "disk")
    ? exitCodes.disk
    : down.every(({ reason }) => reason === "busy")
    ? exitCodes.again
    : exitCodes.unavailable

export const purgeAged = Effect.fn("purgeAged")(
  function* (
    { age, folder, json, leaveDatabase, revoke, yes }: PurgeOptions & { readonly age: number },
  ) {
    if (revoke) {
      return yield* new NotPurged({
        why: "--revoke withdraws access at Strava, so nothing new could be fetched",
        remedy: "Use --revoke or --older-than, not both",
      })
    }
    const say = (text: string, object: object) => print(json ? JSON.stringify(object) : text)
    if (!(yield* stateFileIn(folder))) {
      return yield* say(`Nothing to delete in ${folder}.`, { purged: {}, waiting: {} })
    }
    const cutoff = (yield* Clock.currentTimeMillis) - age
    const names = yield* usedIn(folder, leaveDatabase)
    const sinks = sinksLayer({ data: folder, databaseUrl: yield* databaseUrl, sinks: names })
    const done = yield* Effect.gen(function* () {
      const state = yield* StateFile
      const delivery = yield* Delivery
      yield* delivery.drain
      const older = yield* state.purges.older(cutoff)
      const some = Object.keys(older).length > 0
      if (some && !json) yield* print(renderAged(older, { age, cutoff }, folder, names))
      if (some) yield* consent(yes, `${taskLine("purge", folder)} --older-than …`)
      const purged = yield* showProgress("purge", { hidden: json })(purgeOlder(cutoff))
      yield* explainMissing
      return { purged, waiting: yield* state.purges.undeleted, down: yield* delivery.down }
    }).pipe(
      Effect.ensuring(
        Effect.flatMap(StateFile, ({ ledger }) => Effect.ignore(ledger.endLikePrevious)),
      ),
      Effect.provide(
        Delivery.layer.pipe(
          Layer.provideMerge(
            Layer.merge(StateFile.layer(folder, names).pipe(Layer.provide(sinks)), sinks),
          ),
        ),
      ),
    )
    const code = codeOf(done.down)
    yield* say(renderPurged(done.purged, done.waiting, yield* sinkNames), {
      purged: done.purged,
      waiting: Object.fromEntries(done.waiting),
      exit: code,
    })
    const [first, ...more] = done.down.map(({ message }) => message)
    if (first !== undefined) return yield* endWith(code, first, ...more)
  },
)
