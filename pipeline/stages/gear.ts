/**
 * Gear: every bike and pair of shoes that the profile or an activity names; when it is first seen, and
 * again when it was used since, at most once a week.
 */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { StateFile } from "../state/StateFile.ts"
import { gearOfProfile } from "./athlete.ts"
import type { Candidate } from "./items/periodic.ts"
import { periodic } from "./itemStages.ts"

/** Returns the known gear, the most recently used first and what was never used last. */
const find = Effect.fnUntraced(function* (owner: AthleteId) {
  const used = yield* (yield* StateFile).optionalItems.usedGear(owner)
  const ids = new Set(used.map(({ id }) => id))
  const unused = (yield* gearOfProfile(owner)).filter((id) => !ids.has(id))
  return [
    ...used.map(({ id, last }): Candidate => ({ id, changed: last })),
    ...unused.map((id): Candidate => ({ id, changed: 0 })),
  ]
})

export const gearStage = periodic({
  resource: "gear",
  request: (id) => ({
    what: `read gear ${id}`,
    path: `/gear/${encodeURIComponent(id)}`,
    shape: "object",
    mayBeMissing: true,
  }),
  find,
})
