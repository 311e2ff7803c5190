/** Edits (`--history`): the fields of an activity's summary that differ from the stored one. */
import { Effect, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { membersOf } from "../../../schemas/json/Json.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import type { Item } from "../../../schemas/Item.ts"
import { declaredResource } from "../../../schemas/script/ScriptResource.ts"
import { Delivery } from "../../delivery/Delivery.ts"
import { foundOf, openKeepers } from "../../delivery/keepers.ts"
import { isStored } from "../../delivery/responses.ts"
import { StateFile } from "../../state/StateFile.ts"

/** The resource `edits`, which exists in a data directory after the first run with `--history`. */
export const editsResource = declaredResource({
  name: "edits",
  counted: ["edit", "edits"],
  about:
    "One row per field of an activity that was edited at Strava, by the time that a run noticed it",
  per: "other",
  schema: Schema.Struct({ activity_id: Schema.Finite, noticed_at: Schema.String }),
  columns: [
    { name: "activity", type: "integer", path: ["activity_id"], comment: "activities.id" },
    {
      name: "noticed_at",
      type: "time",
      path: ["noticed_at"],
      comment: "time of the list that had the new value",
    },
    {
      name: "field",
      type: "text",
      path: ["field"],
      comment:
        "name of the field at Strava; null if the earlier summary was not stored as a response",
    },
    {
      name: "before",
      type: "text",
      path: ["before"],
      comment: "earlier value; of anything but a text, its JSON",
    },
    { name: "after", type: "text", path: ["after"], comment: "new value, in the same form" },
  ],
}, "derived")

/** Fields that other athletes change, or that depend on the request. */
const ofOthers: ReadonlySet<string> = new Set([
  "achievement_count",
  "athlete_count",
  "comment_count",
  "has_kudoed",
  "kudos_count",
  "photo_count",
  "pr_count",
  "resource_state",
  "total_photo_count",
])

/** A field that differs. Values are JSON source text; `null` if the summary lacks the field. */
interface Difference {
  readonly field: string
  readonly before: string
  readonly after: string
}

/** Returns the fields that differ between two summaries of an activity, in the order of their names. */
export const differencesBetween = (before: string, after: string): ReadonlyArray<Difference> => {
  const [old, now] = [membersOf(before), membersOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => !ofOthers.has(field))
    .map((field) => ({
      field,
      before: old.get(field) ?? "null",
      after: now.get(field) ?? "null",
    }))
    .filter(({ after, before }) => before !== after)
    .toSorted((a, b) => a.field < b.field ? -1 : 1)
}

/** Returns a value as JSON of a text: a text itself, or the source of another value, to the last digit. */
const asText = (source = "null"): string =>
  source === "null" || source.startsWith('"') ? source : JSON.stringify(source)

/** Returns the edits of the activities that a list contains with another summary than the stored one. */
export const editsIn = Effect.fnUntraced(function* (
  owner: AthleteId,
  activities: ReadonlyArray<Item>,
) {
  const { ledger } = yield* StateFile
  const listed = new Map(activities.map((item) => [item.id, item]))
  const changed = (yield* ledger.entries("activities", [...listed.keys()]))
    .filter((entry) => isStored(entry) && entry.hash !== listed.get(entry.id)?.hash)
  if (changed.length === 0) return []
  const delivery = yield* Delivery
  // The sinks are open after this, and hold the earlier summaries.
  yield* delivery.flush
  const keepers = yield* openKeepers(yield* delivery.opened)
  const stored = new Map(
    (yield* foundOf(keepers, "activities", changed)).map(({ id, text }) => [id, text]),
  )
  return changed.flatMap(({ id }): ReadonlyArray<Item> => {
    const now = listed.get(id)
    if (now === undefined) return []
    const before = stored.get(id)
    const differences: ReadonlyArray<Partial<Difference>> = before === undefined
      ? [{}]
      : differencesBetween(before, now.text)
    const noticed = new Date(now.fetchedAt).toISOString()
    return differences.map(({ after, before, field }, i) =>
      itemFrom(
        { athlete: owner, resource: editsResource.name, id: `${id}-${now.fetchedAt}-${i + 1}` },
        `{"activity_id":${id},"noticed_at":"${noticed}","field":${JSON.stringify(field ?? null)},` +
          `"before":${asText(before)},"after":${asText(after)}}`,
        now.fetchedAt,
      )
    )
  })
}, Effect.scoped)
