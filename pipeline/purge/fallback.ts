/**
 * Falls back to the export: where the API's response of an imported activity was purged, the export's version takes
 * its place. A separate step that can be repeated, so that the next run completes it if this one is killed.
 */
import { Effect, Option, Schema } from "effect"
import { startOf, SummaryActivity } from "../../schemas/Activity.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Item } from "../../schemas/Item.ts"
import { membersOf } from "../../schemas/json/Json.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { resources } from "../../schemas/resources.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { importedFacts } from "../state/ledger/activityFacts.ts"
import type { Arrival } from "../state/outbox/stage.ts"
import { StateFile } from "../state/StateFile.ts"
import { textsOf } from "../verify/content.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(SummaryActivity))

/** Returns the activity in a row of the export; none if it has no activity. */
const activityIn = (
  athlete: AthleteId,
  { fetchedAt, id, text }: Item,
): Option.Option<Arrival> => {
  const activity = membersOf(text).get("activity")
  return activity === undefined ? Option.none() : Option.map(decode(activity), (summary) => ({
    item: itemFrom({ athlete, resource: "activities", id }, activity, fetchedAt),
    start: startOf(summary),
    facts: importedFacts(summary),
  }))
}

/**
 * Stages the export's version of purged activities, from the rows of the export in the state file or in a sink.
 * Returns the number of activities; those whose row no sink keeps stay purged until the next import.
 */
export const fallBack = Effect.fn("fallBack")(function* () {
  const state = yield* StateFile
  const athlete = yield* state.athlete
  if (athlete === undefined) return 0
  const ids = (yield* state.imports.fallbacks(athlete))
    .filter(({ resource }) => resource === "activities").map(({ id }) => id)
  const sinks = yield* (yield* Delivery).opened
  const size = resources.export.atOnce.adopted
  let count = 0
  for (let at = 0; at < ids.length; at += size) {
    const entries = yield* state.ledger.entries("export", ids.slice(at, at + size))
    const rows = yield* textsOf(state.ledger, sinks, "export", entries)
    const arrivals = rows.flatMap((row) => Option.toArray(activityIn(athlete, row)))
    if (arrivals.length > 0) yield* state.checkpoint({ arrivals })
    count += arrivals.length
  }
  return count
})
