/** Progress of work that takes several runs: resources with a request for each activity. */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { PerActivityResource } from "../../schemas/Item.ts"
import type { MultiRunProgress } from "../base/Progress.ts"
import { perActivityStages } from "../stages/PipelineStages.ts"
import { workAhead } from "../stages/items/eachActivity.ts"
import { isOn } from "../stages/items/optional.ts"

/** Progress of one resource, in activities. */
export interface WorkProgress extends MultiRunProgress {
  readonly resource: PerActivityResource
}

/** Resources with a request for each activity, without those that are off. */
export const resourcesToFetch = Effect.flatMap(
  perActivityStages,
  (names) => Effect.filter(names, isOn),
)

/** Returns the resources that are on and not complete yet. */
export const workLeft = Effect.fnUntraced(function* (owner: AthleteId | undefined) {
  if (owner === undefined) return []
  const fetched = yield* resourcesToFetch
  const all = yield* Effect.forEach(
    fetched,
    (resource) =>
      Effect.map(workAhead(owner, resource), (work): WorkProgress => ({ resource, ...work })),
  )
  return all.filter(({ before, total }) => before < total)
})
