/** The two stages of an import: rows of the table, and activity files with their rows. */
import { Effect, Option } from "effect"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { notify } from "../base/Progress.ts"
import { RunTally } from "../stages/RunTally.ts"
import * as Stage from "../stages/Stage.ts"
import type { Arrival } from "../state/outbox/stage.ts"
import type { KnownActivity } from "../state/sources/imports.ts"
import { StateFile } from "../state/StateFile.ts"
import { type AthleteExport, Exports } from "./Exports.ts"
import { importEach } from "./importBatches.ts"
import {
  entryOf,
  importActivity,
  keepEarlier,
  readFileOf,
  type RowToImport,
} from "./importedActivity.ts"
import { originalName } from "./archive/originalNames.ts"
import { ImportOptions } from "./ImportOptions.ts"
import { type ImportPlan, planImport } from "./importPlan.ts"
import { ImportReport } from "./ImportReport.ts"
import { Originals } from "./originals.ts"

/** Returns the plan of an export from what is stored now. */
const planOfExport = Effect.fn("planOfExport")(function* (from: AthleteExport) {
  const { athlete } = yield* Exports
  const { prefer } = yield* ImportOptions
  const known = yield* (yield* StateFile).imports.known(athlete)
  const originals = yield* (yield* Originals).stored
  return { known, originals, plan: planImport(from, { athlete, known, originals, prefer }) }
})

/** The newest first: then an older one has only gaps to fill, and no file is read twice. */
const newestFirst = Effect.map(Exports, ({ all }) => all.toReversed())

/** Returns the athlete of the newest profile; without one, only the number, if none is stored. */
const profileArrivals = Effect.fnUntraced(function* (isStored: boolean) {
  const { all, athlete } = yield* Exports
  const from = all.findLast(({ profile }) => profile !== undefined)
  if (from === undefined && isStored) return []
  const text = from?.profile?.text ?? `{"id":${athlete},"source":"export"}`
  const exportedAt = (from ?? all.at(-1))?.archive.exportedAt ?? 0
  const key = { athlete, resource: "athlete", id: String(athlete) } as const
  return [{ item: itemFrom(key, text, exportedAt), start: 0 }] satisfies Array<Arrival>
})

/** Stores the athlete and the gear. From here on the data directory belongs to this athlete. */
const importAthlete = Effect.fn("importAthlete")(function* () {
  const { all, athlete } = yield* Exports
  const state = yield* StateFile
  const delivery = yield* Delivery
  const tally = yield* RunTally
  const before = yield* state.athlete
  const profiles = yield* profileArrivals(before !== undefined)
  yield* tally.add("athlete", yield* state.checkpoint({ arrivals: profiles }))
  if (before === undefined) {
    yield* Effect.forEach(yield* state.adopt, (text) => notify({ _tag: "Note", text }))
  }
  yield* delivery.offer("athlete", profiles.length)
  // Sinks that can hold data of several athletes can be opened only now.
  if (before === undefined) yield* delivery.drain
  for (const { archive: { exportedAt }, gear } of all) {
    const arrivals = gear.map(({ id, text }): Arrival => ({
      item: itemFrom({ athlete, resource: "gear", id }, text, exportedAt),
      start: 0,
    }))
    if (arrivals.length === 0) continue
    yield* tally.add("gear", yield* state.checkpoint({ arrivals }))
    yield* delivery.offer("gear", arrivals.length)
  }
})

const makeRow = Effect.fnUntraced(function* (one: RowToImport) {
  const content = yield* readFileOf(one.from.archive, one.row)
  return importActivity(one, content, (yield* Originals).keeps)
})

/** Unless a newer export has only a damaged file of an activity that is stored. */
const makeUpdate = (known: ReadonlyMap<string, KnownActivity>) => (one: RowToImport) =>
  Effect.map(makeRow(one), (activity) => keepEarlier(activity, known.get(activity.id)))

/** Without the row's own items, and without a file of a name that is `stored`: a newer export has those. */
const makeGap = (stored: ReadonlyMap<string, number> | undefined) => (one: RowToImport) =>
  Effect.map(makeRow(one), (activity) => {
    const { arrivals, original } = activity
    const isStored = original !== undefined && stored?.has(originalName(original.name))
    return {
      ...activity,
      arrivals: arrivals.filter(({ item }) => item.resource === "streams"),
      original: isStored ? undefined : original,
    }
  })

/** Stores the origins that a newer export confirms, so that an older one does not replace them. */
const confirm = Effect.fnUntraced(function* ({ confirmed }: ImportPlan) {
  const state = yield* StateFile
  for (let at = 0; at < confirmed.length; at += 500) {
    yield* state.checkpoint({ origins: confirmed.slice(at, at + 500) })
  }
})

/** Stores the athlete, the gear, and the activities without a file that can be read. */
const exportRows = Stage.make({
  name: "export_rows",
  needs: {},
  run: () =>
    Effect.gen(function* () {
      const report = yield* ImportReport
      const tally = yield* RunTally
      yield* importAthlete()
      for (const from of yield* newestFirst) {
        const { known, plan } = yield* planOfExport(from)
        yield* confirm(plan)
        yield* report.count(from.archive.path, { known: plan.known })
        yield* tally.add("activities", { known: plan.known })
        let done = 0
        yield* importEach(plan.rows, known, makeUpdate(known), () =>
          notify({
            _tag: "Advanced",
            stage: "export_rows",
            done: ++done,
            total: plan.rows.length,
          }))
      }
      return { athlete: (yield* Exports).athlete }
    }),
  recall: () => Effect.succeedNone,
})

/** Only the original file, and the row that says that it is kept: everything else is known. */
const makeOriginal = (one: RowToImport) =>
  Effect.map(makeRow(one), (activity) => ({
    ...activity,
    arrivals: activity.arrivals.filter(({ item }) => item.resource === "export"),
    marks: [],
    problem: undefined,
  }))

/** Stores the activities with a file, each together with its streams: so each file is read once. */
export const exportStreams = Stage.make({
  name: "export_streams",
  needs: { export_rows: exportRows },
  run: () =>
    Effect.gen(function* () {
      let [files, bytes, totalFiles, totalBytes] = [0, 0, 0, 0]
      const all = yield* newestFirst
      const sizeOf = ({ from, row }: RowToImport) => entryOf(from, row)?.size ?? 0
      for (const from of all) {
        const { known, originals, plan } = yield* planOfExport(from)
        const work = [...plan.files, ...plan.gaps, ...plan.originals]
        totalFiles += work.length
        totalBytes += work.reduce((sum, one) => sum + sizeOf(one), 0)
        const advance = (one: RowToImport) =>
          notify({
            _tag: "Advanced",
            stage: "export_streams",
            done: ++files,
            total: totalFiles,
            bytes: { done: bytes += sizeOf(one), total: totalBytes },
          })
        yield* importEach(plan.files, known, makeUpdate(known), advance)
        yield* importEach(plan.gaps, known, makeGap(originals), advance)
        yield* importEach(plan.originals, known, makeOriginal, advance)
      }
      return { files }
    }),
  recall: () => Effect.succeed(Option.none()),
})
