/** Compares every sink with the ledger; returns the result without what was repaired. */
import { type Context as Services, Effect } from "effect"
import { isExportResource, isOptionalResource, Resource } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import type { Sink, SinkError, SinkName } from "../../sinks/Sink.ts"
import { advanced } from "../base/CommandProgress.ts"
import { originalsFolder } from "../export/archive/originalNames.ts"
import { StateFile } from "../state/StateFile.ts"
import { compareItems, type Comparison } from "./compare.ts"
import { compareContents, type ContentComparison } from "./content.ts"
import { proofDigest, Proofs } from "./Proofs.ts"
import type { ItemProof, NewProofs, ProvenSink } from "./proofTables.ts"
import type { VerifyDifference, VerifyPart, VerifyResult, Year } from "./Result.ts"

/** Result of the comparison, and the sinks that failed during it. */
export interface Examination
  extends Omit<VerifyResult, "running" | "sinks" | "repair" | "unchanged"> {
  /** Time of the oldest verification that counts, in milliseconds since 1970; null if all was read. */
  readonly since: number | null
  readonly failed: ReadonlyMap<SinkName, SinkError>
}

const hasAny = ({ expected, lacking, refused, there, waiting }: Comparison["part"]) =>
  expected + there + waiting + refused + lacking > 0

/**
 * Returns the proofs of a sink after a comparison. A table in one file has one version, so that all of its items
 * are proven or none.
 */
const provenOf = (
  sink: Sink,
  resource: Resource,
  { different, expected, held, oddities, unchanged, unknown, versions }: Comparison,
  equal: ReadonlySet<string>,
  uneven: ReadonlyMap<string, string | null>,
): NewProofs => {
  const isClean = different.size + oddities.length + unknown.length === 0 &&
    expected.size === equal.size && expected.size === held
  if (sink.whole.has(resource) && !isClean) return { kept: new Set(), proven: new Map() }
  const proven = [...versions].flatMap(([id, version]) => {
    const hash = expected.get(id)
    return hash === undefined || !equal.has(id)
      ? []
      : [[id, { digest: proofDigest(hash, version), uneven: uneven.get(id) ?? null }] as const]
  })
  return { kept: unchanged, proven: new Map(proven) }
}

const byYear = (resource: Resource, comparisons: ReadonlyMap<SinkName, Comparison>) => {
  const years = new Set([...comparisons.values()].flatMap(({ years }) => [...years.keys()]))
  return [...years].map((year): Year => ({
    year,
    resource,
    known: Math.max(
      ...[...comparisons.values()].map(({ years }) => years.get(year)?.known ?? 0),
    ),
    there: Object.fromEntries(
      [...comparisons].map(([name, { years }]) => [name, years.get(year)?.there ?? 0]),
    ),
  })).sort((a, b) => (b.year ?? 0) - (a.year ?? 0))
}

/** Returns a function that reports the progress of a sink, by the items that it has just compared. */
const makeAdvance = Effect.gen(function* () {
  const { sinks: landed } = yield* (yield* StateFile).counts
  // About one file for each row of the export; they are compared last.
  const files = Math.max(0, ...landed.flatMap((row) => row.resource === "export" ? row.landed : []))
  if (files > 0) yield* advanced(originalsFolder, 0, files)
  const done = new Map<SinkName, number>()
  return (sink: SinkName, items: number) =>
    Effect.suspend(() => {
      done.set(sink, (done.get(sink) ?? 0) + items)
      const total = landed.reduce((sum, row) => sum + (row.sink === sink ? row.landed : 0), 0)
      return advanced(sink, Math.min(total, done.get(sink) ?? 0), total)
    })
})

/** Findings of all resources so far. */
const emptyFindings = () => ({
  /** Time of the oldest verification that counts, in milliseconds since 1970; null if all was read. */
  since: null as number | null,
  failed: new Map<SinkName, SinkError>(),
  parts: [] as Array<VerifyPart>,
  years: [] as Array<Year>,
  differences: [] as Array<VerifyDifference>,
  unknown: [] as Array<VerifyDifference>,
  oddities: [] as Array<VerifyResult["oddities"][number]>,
  uneven: [] as Array<VerifyResult["uneven"][number]>,
})

interface Context {
  readonly sinks: ReadonlyArray<Sink>
  readonly provable: ReadonlyMap<SinkName, ProvenSink>
  readonly proofs: Services.Service.Shape<typeof Proofs>
  readonly ledger: StateFile["Service"]["ledger"]
  readonly advance: Effect.Success<typeof makeAdvance>
  readonly findings: ReturnType<typeof emptyFindings>
}

/** Comparison of a resource in one sink, and its proofs by earlier verifications. */
interface SinkComparison {
  readonly sink: Sink
  readonly comparison: Comparison
  readonly earlier: ReadonlyMap<string, ItemProof>
}

/** Compares a resource with the ledger in each sink that has not failed. */
const compareSinks = Effect.fnUntraced(function* (context: Context, resource: Resource) {
  const { advance, findings, ledger, proofs, provable, sinks } = context
  const found: Array<SinkComparison> = []
  for (const sink of sinks.filter(({ name }) => !findings.failed.has(name))) {
    const of = provable.get(sink.name)
    const earlier = of === undefined ? new Map() : yield* proofs.of(of, resource)
    const comparing = {
      ledger,
      sink,
      proofs: earlier,
      advance: (items: number) => advance(sink.name, items),
    }
    yield* compareItems(comparing, resource).pipe(
      Effect.map((comparison) => void found.push({ sink, comparison, earlier })),
      Effect.catchTag(
        "SinkError",
        (error) => Effect.sync(() => void findings.failed.set(sink.name, error)),
      ),
    )
  }
  return found
})

/** Unevenness of the streams that earlier verifications compared, by activity. */
const earlierUnevenness = (comparisons: ReadonlyArray<SinkComparison>) =>
  new Map(
    comparisons.flatMap(({ comparison: { unchanged }, earlier }) =>
      [...unchanged].map((id) => [id, earlier.get(id)?.uneven ?? null] as const)
    ),
  )

/** Adds one sink's comparison to the findings, and stores its proofs. */
const addSink = Effect.fnUntraced(function* (
  { findings, proofs, provable }: Context,
  resource: Resource,
  { comparison, earlier, sink }: SinkComparison,
  contents: ContentComparison,
) {
  const { different, exact, part, unchanged, ...found } = comparison
  const { name } = sink
  const other = contents.different.get(name) ?? new Map<string, string>()
  const all = [...different, ...other]
  const equal = new Set(
    [...unchanged, ...exact, ...contents.compared.get(name) ?? []].filter((id) =>
      !different.has(id) && !other.has(id)
    ),
  )
  // A resource that is off is shown only if something of it is stored.
  const isAlwaysThere = !isOptionalResource(resource) && !isExportResource(resource)
  if (isAlwaysThere || all.length > 0 || hasAny(part)) {
    findings.parts.push({
      ...part,
      compared: equal.size,
      unchanged: unchanged.size,
      different: all.length,
    })
  }
  for (const id of unchanged) {
    findings.since = Math.min(findings.since ?? Infinity, earlier.get(id)?.at ?? 0)
  }
  const of = provable.get(name)
  if (of !== undefined && !findings.failed.has(name)) {
    const proven = provenOf(sink, resource, comparison, equal, contents.uneven)
    yield* proofs.keep(of, resource, proven)
  }
  for (const [id, detail] of all) findings.differences.push({ sink: name, resource, id, detail })
  findings.unknown.push(...found.unknown)
  findings.oddities.push(...found.oddities)
})

/** Compares a resource in all sinks: with the ledger, and among each other by content. */
const examineResource = Effect.fnUntraced(function* (context: Context, resource: Resource) {
  const { advance, findings, ledger } = context
  const comparisons = yield* compareSinks(context, resource)
  const byName = new Map(comparisons.map(({ comparison, sink }) => [sink.name, comparison]))
  const contents = yield* compareContents({
    ledger,
    sinks: comparisons.map(({ sink }) => sink),
    isSettled: (sink, id) => {
      const found = byName.get(sink)
      return found !== undefined &&
        (found.different.has(id) || found.unchanged.has(id) || found.exact.has(id))
    },
    unevenness: earlierUnevenness(comparisons),
    advance,
  }, resource)
  for (const [name, error] of contents.failed) findings.failed.set(name, error)
  for (const comparison of comparisons) yield* addSink(context, resource, comparison, contents)
  findings.years.push(...byYear(resource, byName))
  for (const [id, detail] of contents.uneven) {
    if (detail !== null) findings.uneven.push({ id, detail })
  }
})

/** Compares `sinks` with the ledger; uses and keeps the proofs of those in `provable`. */
export const examineSinks = Effect.fn("examine")(function* (
  sinks: ReadonlyArray<Sink>,
  provable: ReadonlyMap<SinkName, ProvenSink>,
) {
  const { counts, ledger } = yield* StateFile
  const findings = emptyFindings()
  const context: Context = {
    sinks,
    provable,
    proofs: yield* Proofs,
    ledger,
    advance: yield* makeAdvance,
    findings,
  }
  for (const resource of allResources()) yield* examineResource(context, resource)
  const { items, unknownSinks } = yield* counts
  const count = (status: string) =>
    items.filter((row) => row.status === status).reduce((sum, row) => sum + row.count, 0)
  return {
    ...findings,
    unknownSinks,
    without: {
      listed: count("listed"),
      absent: count("absent"),
      skipped: count("skipped"),
      quarantined: count("quarantined"),
      purged: count("purged"),
    },
  } satisfies Examination
})
