/** What the state file knows beside the answers: the last run, the quota, why something is not here. */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import { SinkName } from "../../sinks/Sink.ts"
import type { Counts } from "../state/counts.ts"
import type { Entry } from "../state/ledger.ts"
import type { QuotaRow } from "../state/quota.ts"
import { StateFile } from "../state/StateFile.ts"
import type { Lack } from "./coverage.ts"

export interface Look {
  /** Times in milliseconds since 1970; not ended: it runs, or was killed. */
  readonly lastRun: Counts["lastRun"]
  /** How much of each window was used when anything was last asked for, and what was allowed. */
  readonly quota: ReadonlyArray<QuotaRow>
  /** Athlete of the items; undefined while there are none. */
  readonly owner: AthleteId | undefined
  /** Activities that each sink holds. */
  readonly landed: ReadonlyMap<SinkName, number>
  /** By activity, why there is no answer. */
  readonly lacks: Readonly<Record<"streams" | "details", ReadonlyMap<string, Lack>>>
  /** Whether details have ever been asked for. */
  readonly asksDetails: boolean
}

const pageSize = 1_000

const lacksOf = Effect.fnUntraced(function* (resource: Resource) {
  const { ledger } = yield* StateFile
  const lacks = new Map<string, Lack>()
  let last: Entry | undefined
  do {
    const page: ReadonlyArray<Entry> = yield* ledger.page(resource, last, pageSize)
    for (const { id, status } of page) {
      if (status === "delivered" || status === "staged" || status === "deleted") continue
      lacks.set(id, status)
    }
    last = page.at(-1)
  } while (last !== undefined)
  return lacks
})

/** A look at the state file of `folder`, which is not locked and may be in use. */
export const look = Effect.fn("look")(function* (folder: string) {
  return yield* Effect.gen(function* () {
    const state = yield* StateFile
    const counts = yield* state.counts
    const found: Look = {
      lastRun: counts.lastRun,
      quota: yield* state.quota,
      owner: yield* state.athlete,
      landed: new Map(
        counts.sinks.filter(({ resource }) => resource === "activities")
          .map(({ landed, sink }) => [sink, landed]),
      ),
      lacks: { streams: yield* lacksOf("streams"), details: yield* lacksOf("details") },
      asksDetails: counts.items.some(({ resource }) => resource === "details"),
    }
    return found
  }).pipe(Effect.provide(StateFile.layerReadOnly(folder, SinkName.literals)))
})
