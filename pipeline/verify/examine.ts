/** A look into every sink, beside the ledger: the report, but for what was mended. */
import { Effect } from "effect"
import { Resource } from "../../schemas/Item.ts"
import type { Sink, SinkError, SinkName } from "../../sinks/Sink.ts"
import { StateFile } from "../state/StateFile.ts"
import { compare, type Comparison } from "./compare.ts"
import { compareContents } from "./content.ts"
import type { Difference, Part, Report, Year } from "./Report.ts"

/** What was found, and which sinks failed meanwhile. */
export interface Examination extends Omit<Report, "running" | "sinks" | "repair"> {
  readonly failed: ReadonlyMap<SinkName, SinkError>
}

/** What every run brings. */
const expectedOfAll: ReadonlySet<Resource> = new Set(["athlete", "activities", "streams"])

const hasAny = ({ expected, lacking, refused, there, waiting }: Comparison["part"]) =>
  expected + there + waiting + refused + lacking > 0

const byYear = (resource: Resource, comparisons: ReadonlyMap<Sink, Comparison>) => {
  const years = new Set([...comparisons.values()].flatMap(({ years }) => [...years.keys()]))
  return [...years].map((year): Year => ({
    year,
    resource,
    known: Math.max(
      ...[...comparisons.values()].map(({ years }) => years.get(year)?.known ?? 0),
    ),
    there: Object.fromEntries(
      [...comparisons].map(([{ name }, { years }]) => [name, years.get(year)?.there ?? 0]),
    ),
  })).sort((a, b) => (b.year ?? 0) - (a.year ?? 0))
}

export const examine = Effect.fn("examine")(function* (sinks: ReadonlyArray<Sink>) {
  const { counts, ledger } = yield* StateFile
  const failed = new Map<SinkName, SinkError>()
  const parts: Array<Part> = []
  const years: Array<Year> = []
  const differences: Array<Difference> = []
  const unknown: Array<Difference> = []
  const oddities: Array<Report["oddities"][number]> = []
  const uneven: Array<Report["uneven"][number]> = []

  for (const resource of Resource.literals) {
    const comparisons = new Map<Sink, Comparison>()
    for (const sink of sinks) {
      if (failed.has(sink.name)) continue
      yield* compare(ledger, sink, resource).pipe(
        Effect.map((comparison) => void comparisons.set(sink, comparison)),
        Effect.catchTag(
          "SinkError",
          (error) => Effect.sync(() => void failed.set(sink.name, error)),
        ),
      )
    }
    const differentIn = (sink: SinkName) =>
      [...comparisons].find(([{ name }]) => name === sink)?.[1].different
    const contents = yield* compareContents(
      ledger,
      [...comparisons.keys()],
      resource,
      (sink, id) => differentIn(sink)?.has(id) === true,
    )
    for (const [name, error] of contents.failed) failed.set(name, error)
    for (const [{ name }, { different, part, ...found }] of comparisons) {
      const all = [...different, ...contents.different.get(name) ?? []]
      const compared = contents.compared.get(name) ?? 0
      // What a user has not turned on is not talked of.
      if (expectedOfAll.has(resource) || all.length > 0 || hasAny(part)) {
        parts.push({ ...part, compared, different: all.length })
      }
      for (const [id, detail] of all) differences.push({ sink: name, resource, id, detail })
      unknown.push(...found.unknown)
      oddities.push(...found.oddities)
    }
    years.push(...byYear(resource, comparisons))
    uneven.push(...contents.uneven)
  }

  const { items, unknownSinks } = yield* counts
  const count = (status: string) =>
    items.filter((row) => row.status === status).reduce((sum, row) => sum + row.count, 0)
  return {
    unknownSinks,
    parts,
    years,
    differences,
    unknown,
    oddities,
    uneven,
    without: {
      listed: count("listed"),
      absent: count("absent"),
      skipped: count("skipped"),
      quarantined: count("quarantined"),
      purged: count("purged"),
    },
    failed,
  } satisfies Examination
})
