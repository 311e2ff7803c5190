/**
 * Queues responses that were fetched with a narrower scope than the granted one, and reports that
 * once.
 */
import { formatNumber } from "../../output/kit/numbers.ts"
import { Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { notify } from "../../base/Progress.ts"
import type { ScopeCounts } from "../../state/ledger/scope.ts"
import { StateFile } from "../../state/StateFile.ts"
import { Tokens } from "../../strava/auth/Tokens.ts"

const note = ({ athlete = 0, details = 0, streams = 0, zones = 0 }: ScopeCounts): string => {
  const parts = [
    ...(athlete > 0 ? ["the profile"] : []),
    ...(zones > 0 ? ["the zones"] : []),
    ...(streams > 0 ? [`the streams of ${formatNumber(streams)} activities`] : []),
    ...(details > 0 ? [`the details of ${formatNumber(details)} activities`] : []),
  ]
  return `More permissions were granted. Fetched again, because they were fetched with fewer:  ${
    parts.join(", ")
  } (${formatNumber(athlete + zones + streams + details)} requests, after everything else)`
}

/** Queues the responses of `owner` that were fetched with a narrower scope than the present one. */
export const refetchNarrower = Effect.fn("noteScope")(function* (owner: AthleteId) {
  const scope = yield* (yield* Tokens).scope
  if (scope === undefined) return
  const counts = yield* (yield* StateFile).widenScope(owner, scope)
  if (Object.keys(counts).length > 0) yield* notify({ _tag: "Note", text: note(counts) })
})
