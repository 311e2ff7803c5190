/** A look into every sink, beside the ledger: the report, but for what was mended. */
import { Effect } from "effect"
import { isExtra, Resource } from "../../schemas/Item.ts"
import type { Sink, SinkError, SinkName } from "../../sinks/Sink.ts"
import { StateFile } from "../state/StateFile.ts"
import { compareItems, type Comparison } from "./compare.ts"
import { compareContents } from "./content.ts"
import { proofDigest, Proofs } from "./Proofs.ts"
import type { ItemProof, NewProofs, ProvenSink } from "./proofTables.ts"
import type { VerifyDifference, VerifyPart, VerifyResult, Year } from "./Result.ts"
import { VerifyProgress } from "./VerifyProgress.ts"

/** What was found, and which sinks failed meanwhile. */
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

/** Announces the items of each sink that are done, and how many there are. */
const makeAdvance = Effect.gen(function* () {
  const { sinks: landed } = yield* (yield* StateFile).counts
  const { advanced } = yield* VerifyProgress
  const done = new Map<SinkName, number>()
  return (sink: SinkName, items: number) =>
    Effect.suspend(() => {
      done.set(sink, (done.get(sink) ?? 0) + items)
      const total = landed.reduce((sum, row) => sum + (row.sink === sink ? row.landed : 0), 0)
      return advanced(sink, Math.min(total, done.get(sink) ?? 0), total)
    })
})

/** Compares `sinks` with the ledger; uses and keeps the proofs of those in `provable`. */
export const examineSinks = Effect.fn("examine")(function* (
  sinks: ReadonlyArray<Sink>,
  provable: ReadonlyMap<SinkName, ProvenSink>,
) {
  const { counts, ledger } = yield* StateFile
  const proofs = yield* Proofs
  const advance = yield* makeAdvance
  let since: number | null = null
  const failed = new Map<SinkName, SinkError>()
  const parts: Array<VerifyPart> = []
  const years: Array<Year> = []
  const differences: Array<VerifyDifference> = []
  const unknown: Array<VerifyDifference> = []
  const oddities: Array<VerifyResult["oddities"][number]> = []
  const uneven: Array<VerifyResult["uneven"][number]> = []

  for (const resource of Resource.literals) {
    const comparisons = new Map<Sink, Comparison>()
    const earlier = new Map<SinkName, ReadonlyMap<string, ItemProof>>()
    for (const sink of sinks) {
      if (failed.has(sink.name)) continue
      const of = provable.get(sink.name)
      const before = of === undefined ? new Map() : yield* proofs.of(of, resource)
      earlier.set(sink.name, before)
      const comparing = {
        ledger,
        sink,
        proofs: before,
        advance: (items: number) => advance(sink.name, items),
      }
      yield* compareItems(comparing, resource).pipe(
        Effect.map((comparison) => void comparisons.set(sink, comparison)),
        Effect.catchTag(
          "SinkError",
          (error) => Effect.sync(() => void failed.set(sink.name, error)),
        ),
      )
    }
    const byName = new Map([...comparisons].map(([{ name }, found]) => [name, found]))
    const unevenness = new Map<string, string | null>()
    for (const [name, { unchanged }] of byName) {
      for (const id of unchanged) unevenness.set(id, earlier.get(name)?.get(id)?.uneven ?? null)
    }
    const contents = yield* compareContents({
      ledger,
      sinks: [...comparisons.keys()],
      isSettled: (sink, id) => {
        const found = byName.get(sink)
        return found !== undefined &&
          (found.different.has(id) || found.unchanged.has(id) || found.exact.has(id))
      },
      unevenness,
      advance,
    }, resource)
    for (const [name, error] of contents.failed) failed.set(name, error)
    for (const [sink, comparison] of comparisons) {
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
      if (!isExtra(resource) || all.length > 0 || hasAny(part)) {
        parts.push({
          ...part,
          compared: equal.size,
          unchanged: unchanged.size,
          different: all.length,
        })
      }
      for (const id of unchanged) {
        const at = earlier.get(name)?.get(id)?.at ?? 0
        since = since === null ? at : Math.min(since, at)
      }
      const of = provable.get(name)
      if (of !== undefined && !failed.has(name)) {
        yield* proofs.keep(
          of,
          resource,
          provenOf(sink, resource, comparison, equal, contents.uneven),
        )
      }
      for (const [id, detail] of all) differences.push({ sink: name, resource, id, detail })
      unknown.push(...found.unknown)
      oddities.push(...found.oddities)
    }
    years.push(...byYear(resource, comparisons))
    for (const [id, detail] of contents.uneven) if (detail !== null) uneven.push({ id, detail })
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
    since,
  } satisfies Examination
})
