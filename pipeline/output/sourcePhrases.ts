/** Phrases about the two sources of stored data: the athlete's bulk export and Strava's API. */
import type { Source } from "../../schemas/export/source.ts"
import { countFrom, type Counts } from "../state/ledger/counts.ts"
import { taskLine } from "./kit/line.ts"
import { formatNumber } from "./kit/numbers.ts"
import { listWords, quantity } from "./kit/plurals.ts"

/**
 * Returns the command that delivers stored items, and its noun. `onlyExport`: true if everything was imported
 * without a sign-in, so that only an import can deliver.
 */
export const nextDelivery = (onlyExport: boolean, folder: string) =>
  onlyExport
    ? { noun: "import", command: taskLine("import FILE", folder) } as const
    : { noun: "run", command: taskLine("pipeline", folder) } as const

type SourceCounts = Counts["sources"]

const named = {
  activities: ["activity", "activities"],
  streams: ["stream", "streams"],
} as const
const shown = ["activities", "streams"] as const

/**
 * Returns `2,980 activities and 2,934 streams from your export, 31 and 77 from the API`; undefined if nothing
 * was imported.
 */
export const describeSources = (counts: SourceCounts): string | undefined => {
  if (!counts.some(({ source }) => source === "export")) return undefined
  const of = (from: Source) => {
    const found = shown.filter((resource) => countFrom(counts, resource, from) > 0)
    const count = (resource: typeof shown[number]) => countFrom(counts, resource, from)
    return {
      found,
      words: found.map((resource) =>
        quantity(count(resource), named[resource][0], named[resource][1])
      ),
      numbers: found.map((resource) => formatNumber(count(resource))),
    }
  }
  const [imported, fetched] = [of("export"), of("api")]
  const words = String(imported.found) === String(fetched.found) ? fetched.numbers : fetched.words
  const parts = [
    ...(imported.found.length === 0 ? [] : [`${listWords(imported.words)} from your export`]),
    fetched.found.length === 0 ? "none from the API" : `${listWords(words)} from the API`,
  ]
  return parts.join(", ")
}
