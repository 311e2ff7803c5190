/** Verifies that every sink holds what the state file says, and repairs those that do not. */
import { Effect, type Scope } from "effect"
import { isolated } from "../../sinks/isolate.ts"
import { type SinkError, type SinkName, Sinks, type SinkSource } from "../../sinks/Sink.ts"
import { sinkNames } from "../../sinks/SinkKind.ts"
import type { Resource } from "../../schemas/Item.ts"
import { activeRun } from "../state/file/lock.ts"
import { StateFile } from "../state/StateFile.ts"
import { type Examination, examineSinks } from "./examine.ts"
import { verifyOriginals } from "./originals.ts"
import { Proofs } from "./Proofs.ts"
import { type OpenedSink, repair } from "./repair.ts"
import type { SinkReport, VerifyResult } from "./Result.ts"

type Trouble = NonNullable<SinkReport["trouble"]>

const troubleOf = ({ detail, reason }: SinkError): Trouble => ({ reason, detail })

/** Open sinks, and the reasons why others could not be opened. */
interface Openings {
  readonly opened: ReadonlyArray<OpenedSink>
  readonly troubles: ReadonlyMap<SinkName, Trouble>
}

const opening = Effect.fnUntraced(function* (
  sources: ReadonlyArray<SinkSource>,
  open: (source: SinkSource) => Effect.Effect<OpenedSink["sink"], SinkError, Scope.Scope>,
) {
  const { athlete } = yield* StateFile
  const known = yield* athlete
  const opened: Array<OpenedSink> = []
  const troubles = new Map<SinkName, Trouble>()
  for (const source of sources) {
    yield* open(isolated(source, { athlete: known })).pipe(
      Effect.map((sink) => void opened.push({ source, sink })),
      Effect.catch((error) => Effect.sync(() => void troubles.set(source.name, troubleOf(error)))),
    )
  }
  return { opened, troubles } satisfies Openings
})

const reportOf = (
  sources: ReadonlyArray<SinkSource>,
  troubles: ReadonlyMap<SinkName, Trouble>,
  { failed, since, ...found }: Examination,
  holder: string | undefined,
  notKept: string | undefined,
): VerifyResult => ({
  running: holder ?? null,
  sinks: sources.map(({ location, name }) => {
    const error = failed.get(name)
    const trouble = troubles.get(name) ?? (error && troubleOf(error))
    return trouble === undefined ? { sink: name, location } : { sink: name, location, trouble }
  }),
  ...found,
  unchanged: { since, notKept: notKept ?? null },
})

/** Returns these sinks by name, each with what its proofs depend on. */
const provableOf = Effect.fnUntraced(function* (sinks: ReadonlyArray<OpenedSink["sink"]>) {
  const { ledger } = yield* StateFile
  const lineages = yield* Effect.forEach(
    sinks,
    ({ name }) => Effect.map(ledger.lineage(name), (lineage) => [name, { name, lineage }] as const),
  )
  return new Map(lineages)
})

/** Keeps the differences that both results have. During a run, an item can be missing just until it is delivered. */
const lasting = (first: Examination, second: Examination): Examination => {
  const before = new Set(first.differences.map((found) => JSON.stringify(found)))
  const differences = second.differences.filter((found) => before.has(JSON.stringify(found)))
  return {
    ...second,
    differences,
    parts: second.parts.map((part) => ({
      ...part,
      different:
        differences.filter(({ resource, sink }) => resource === part.resource && sink === part.sink)
          .length,
    })),
  }
}

const withOriginals = Effect.fnUntraced(
  function* (directory: string, sinks: ReadonlyArray<OpenedSink["sink"]>) {
    const originals = yield* verifyOriginals(directory, sinks)
    return originals === undefined ? {} : { originals }
  },
)

/** True if the sink holds anything of the athlete. */
const holdsAny = Effect.fnUntraced(function* ({ contents }: OpenedSink["sink"]) {
  const athlete = yield* (yield* StateFile).athlete
  if (athlete === undefined || contents === undefined) return false
  const found = yield* Effect.orElseSucceed(contents(athlete), () => new Map<Resource, number>())
  return [...found.values()].some((count) => count > 0)
})

/**
 * Separates sinks with the identity in the state file from others. One with another identity that holds data of
 * the athlete is a copy, such as a replica or a restored backup, and is compared like the original.
 */
const recognized = Effect.fnUntraced(function* (opened: ReadonlyArray<OpenedSink>) {
  const known = yield* (yield* StateFile).ledger.identities
  const others = opened.filter(({ source: { identity, name } }) => {
    const was = known.get(name)
    return was !== undefined && was !== (identity ?? name)
  })
  const copies = yield* Effect.filter(others, ({ sink }) => holdsAny(sink))
  const strange = others.filter((one) => !copies.includes(one))
  const trouble = (name: SinkName): Trouble => ({
    reason: "other",
    detail:
      `it is not the one that the state file knows (${
        known.get(name)
      }), and holds nothing of the ` +
      "athlete. To fill it from the other sinks, without a request: --repair",
  })
  return {
    same: opened.filter((one) => !strange.includes(one)),
    others: new Map(strange.map(({ source: { name } }) => [name, trouble(name)])),
    copies: new Map(copies.map(({ source: { name } }) => [name, known.get(name) ?? ""])),
  }
})

/**
 * Compares the sinks with the state file of `directory`. Changes nothing, takes no lock and sends no request to
 * Strava.
 */
export const verifySinks = Effect.fn("verify")(
  function* (directory: string) {
    const sources = yield* Sinks
    const holder = yield* activeRun(directory)
    const { opened, troubles } = yield* opening(
      sources,
      ({ look }) => look,
    )
    const { copies, others, same } = yield* recognized(opened)
    const sinks = same.map(({ sink }) => sink)
    // A proof for a copy is no proof for the sink that it was copied from.
    const provable = yield* provableOf(sinks.filter(({ name }) => !copies.has(name)))
    const first = yield* examineSinks(sinks, provable)
    const during = holder ?? (yield* activeRun(directory))
    const found = during === undefined
      ? first
      : lasting(first, yield* examineSinks(sinks, provable))
    const report: VerifyResult = reportOf(
      sources,
      new Map([...troubles, ...others]),
      found,
      during,
      yield* (yield* Proofs).notKept,
    )
    const compared = report.sinks.map((one): SinkReport => {
      const copyOf = copies.get(one.sink)
      return copyOf === undefined ? one : { ...one, copyOf }
    })
    const withCopies: VerifyResult = { ...report, sinks: compared }
    return { ...withCopies, ...(yield* withOriginals(directory, sinks)) }
  },
  Effect.scoped,
)

/**
 * Compares the sinks under the lock, repairs differences from the state file and other sinks, and compares again.
 * Responses that no sink keeps are listed, so that the next run fetches them.
 */
export const verifyAndRepair = Effect.fn("verifyAndRepair")(
  function* (directory: string) {
    const state = yield* StateFile
    const sources = yield* Sinks
    const { opened, troubles } = yield* opening(sources, ({ open }) => open)
    for (const { source: { identity, name } } of opened) {
      yield* state.recordIdentity(name, identity ?? name)
    }
    const sinks = opened.map(({ sink }) => sink)
    const provable = yield* provableOf(sinks)
    const found = yield* examineSinks(sinks, provable)
    for (const { generation, name } of sinks) {
      if (generation !== undefined) yield* state.ledger.recordGeneration(name, generation.now)
    }
    const { down, repair: repaired } = yield* repair(opened, found)
    const left = yield* examineSinks(sinks, provable)
    const downs = down.map((error) => [error.sink, troubleOf(error)] as const)
    return {
      ...reportOf(
        sources,
        new Map([...troubles, ...downs]),
        left,
        undefined,
        yield* (yield* Proofs).notKept,
      ),
      repair: repaired,
      ...(yield* withOriginals(directory, sinks)),
    } satisfies VerifyResult
  },
  (effect) =>
    Effect.ensuring(
      effect,
      Effect.flatMap(StateFile, ({ ledger }) => Effect.ignore(ledger.endLikePrevious)),
    ),
  Effect.scoped,
)

/** Returns the sinks to verify: the requested ones, otherwise all that were used. */
export const selectedSinks = Effect.fnUntraced(function* (asked: ReadonlyArray<SinkName>) {
  if (asked.length > 0) return [...new Set(asked)]
  const { counts, ledger } = yield* StateFile
  const used = new Set((yield* counts).sinks.map(({ sink }) => sink))
  const identities = yield* ledger.identities
  const known = yield* sinkNames
  for (const name of identities.keys()) if (known.includes(name)) used.add(name)
  return [...used]
})
