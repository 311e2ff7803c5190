/** Imports responses of Strava's API that another program has saved, as what they are, without a request. */
import { Clock, Effect } from "effect"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { sizeOfItem } from "../../schemas/Item.ts"
import { notify } from "../base/Progress.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { purgeOlder } from "../purge/older.ts"
import { runPipeline } from "../run/Pipeline.ts"
import { runSteps } from "../run/run.ts"
import { type StoredSummary, summarizeStored } from "../run/Summary.ts"
import { RunTally } from "../stages/RunTally.ts"
import * as Stage from "../stages/Stage.ts"
import type { KnownActivity } from "../state/sources/imports.ts"
import { StateFile } from "../state/StateFile.ts"
import { ImportOptions } from "./ImportOptions.ts"
import { makeMerge, type ResponseAddition } from "./responseMerge.ts"
import { ignoredKinds, type SavedResponse } from "./responses/SavedResponse.ts"
import type { JsonFile } from "./responses/savedFiles.ts"
import { readSaved, SavedResponses } from "./SavedResponses.ts"

/** Figures of an import of saved responses; those of a dry run say what it would store. */
export interface ImportedResponses {
  readonly files: number
  readonly activities: number
  readonly streams: number
  /** Responses of activities and streams that are stored already, or were deleted or purged. */
  readonly known: number
  /** Streams without samples. */
  readonly empty: number
  /** Names of files without anything that is imported, such as gear or settings. */
  readonly ignored: ReadonlyArray<string>
  /** Files, or parts of them, that cannot be imported, with the reason. */
  readonly problems: ReadonlyArray<string>
}

/** Result of an import of saved responses. */
export interface ResponsesSummary extends StoredSummary {
  readonly responses: ImportedResponses
}

const ignoredTexts: ReadonlySet<string> = new Set(Object.values(ignoredKinds))

/** Number of responses, and bytes of them, in a checkpoint. */
const mostResponses = 200
const mostBytes = 2 * 1024 * 1024

/** Reads all files, and hands what is not stored yet to `store`. Returns the figures. */
const visitResponses = Effect.fnUntraced(function* <E, R>(
  known: ReadonlyMap<string, KnownActivity>,
  store: (additions: ReadonlyArray<ResponseAddition>) => Effect.Effect<unknown, E, R>,
) {
  const { athlete, files } = yield* SavedResponses
  const { prefer } = yield* ImportOptions
  const decide = makeMerge({ athlete, known, prefer, now: yield* Clock.currentTimeMillis })
  const counts = { activities: 0, streams: 0, known: 0, empty: 0 }
  const ignored: Array<string> = []
  const problems: Array<string> = []
  const unlisted = new Map<JsonFile, Set<string>>()
  let batch: Array<ResponseAddition> = []
  let size = 0
  const flush = Effect.suspend(() => {
    const additions = batch
    batch = []
    size = 0
    return additions.length === 0 ? Effect.void : store(additions)
  })
  const visit = Effect.fnUntraced(function* (response: SavedResponse, file: JsonFile) {
    // The athlete is stored at the start.
    if (response.resource === "athlete") return
    const decided = decide(response, file.modified)
    if (decided === "unlisted") {
      unlisted.set(file, (unlisted.get(file) ?? new Set()).add(response.id))
    } else if (typeof decided === "string") counts[decided]++
    else if ("problem" in decided) problems.push(`${file.name}: ${decided.problem}`)
    else {
      counts[decided.resource]++
      batch.push(decided)
      size += sizeOfItem(decided.arrival.item)
      if (batch.length >= mostResponses || size >= mostBytes) yield* flush
    }
  })
  const stage = "saved_responses"
  for (const [i, file] of files.entries()) {
    const saved = yield* readSaved(file)
    const failed = saved.problems.filter((problem) => !ignoredTexts.has(problem))
    problems.push(...failed.map((problem) => `${file.name}: ${problem}`))
    if (failed.length < saved.problems.length) ignored.push(file.name)
    yield* Effect.forEach(saved.responses, (response) => visit(response, file), { discard: true })
    yield* notify({ _tag: "Advanced", stage, done: i + 1, total: files.length })
    yield* Effect.yieldNow
  }
  // Files of activities whose names look like those of streams were read last.
  for (const [file, ids] of [...unlisted]) {
    unlisted.delete(file)
    const { responses } = yield* readSaved(file)
    const again = responses.filter(({ id, resource }) => resource === "streams" && ids.has(id))
    yield* Effect.forEach(again, (response) => visit(response, file), { discard: true })
  }
  yield* flush
  for (const [file, ids] of unlisted) {
    problems.push(
      `${file.name}: the activity of its streams is not known (${[...ids].slice(0, 3).join()}). ` +
        "Import the list of activities too, or run first: deno task activities",
    )
  }
  return { files: files.length, ...counts, ignored, problems } satisfies ImportedResponses
})

/** Stores the athlete, unless one is stored. From here on the data directory belongs to this athlete. */
const claimFolder = Effect.fnUntraced(function* () {
  const { athlete, athleteText = `{"id":${athlete}}`, files } = yield* SavedResponses
  const state = yield* StateFile
  if ((yield* state.athlete) !== undefined) return
  const key = { athlete, resource: "athlete", id: String(athlete) } as const
  const arrivals = [{ item: itemFrom(key, athleteText, files[0]?.modified ?? 0), start: 0 }]
  yield* (yield* RunTally).add("athlete", yield* state.checkpoint({ arrivals }))
  yield* Effect.forEach(yield* state.adopt, (text) => notify({ _tag: "Note", text }))
  const delivery = yield* Delivery
  yield* delivery.offer("athlete", 1)
  // Sinks that can hold data of several athletes can be opened only now.
  yield* delivery.drain
})

/** Stores additions in one transaction, and hands them to delivery. */
const storeAdditions = Effect.fn("importResponses.store")(
  function* (additions: ReadonlyArray<ResponseAddition>) {
    const { prefer } = yield* ImportOptions
    const state = yield* StateFile
    const delivery = yield* Delivery
    const tally = yield* RunTally
    for (const resource of ["activities", "streams"] as const) {
      const some = additions.filter((addition) => addition.resource === resource)
      if (some.length === 0) continue
      const figures = yield* state.checkpoint({
        arrivals: some.map(({ arrival }) => arrival),
        marks: some.flatMap(({ marks }) => marks),
        prefer,
      })
      yield* tally.add(resource, figures)
      yield* delivery.offer(resource, some.length)
    }
  },
)

const savedResponses = Stage.make({
  name: "saved_responses",
  needs: {},
  run: Effect.fnUntraced(function* () {
    const { athlete } = yield* SavedResponses
    const state = yield* StateFile
    yield* claimFolder()
    return yield* visitResponses(yield* state.imports.known(athlete), storeAdditions)
  }),
  recall: () => Effect.succeedNone,
})

/** Imports the saved responses and delivers what is new to the sinks. */
export const importResponses = Effect.fn("importResponses")(function* () {
  let imported: ImportedResponses | undefined
  return yield* runSteps({
    prepare: Effect.void,
    stages: Effect.tap(runPipeline(savedResponses, () => true), (found) =>
      Effect.sync(() => {
        imported = found
      })),
    purge: () => purgeOlder(undefined),
    summarize: (...stored) =>
      Effect.map(summarizeStored(...stored), (summary): ResponsesSummary => ({
        ...summary,
        responses: imported ??
          { files: 0, activities: 0, streams: 0, known: 0, empty: 0, ignored: [], problems: [] },
      })),
    hasProblems: ({ responses }) => responses.problems.length > 0,
  })
})

/** Returns what an import would do; `known` are the activities that the state file knows. */
export const previewResponses = (known: ReadonlyMap<string, KnownActivity>) =>
  visitResponses(known, () => Effect.void)
