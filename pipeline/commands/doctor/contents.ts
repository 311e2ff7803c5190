/** Checks that the sinks hold as many items as the state file says. */
import { Effect, Option } from "effect"
import { configuredSinks, type Settings } from "../../run/layers.ts"
import { describeLost } from "../../output/summary/lacks.ts"
import { nextDelivery } from "../../output/sourcePhrases.ts"
import { findShortSinks } from "../../state/outbox/glance.ts"
import { describeShortfalls } from "../../state/outbox/shortfall.ts"
import { StateFile } from "../../state/StateFile.ts"
import { type Finding, ok, warning } from "./Finding.ts"
import type { StateFound } from "./state.ts"

/** Time to wait for a server; another check reports one that does not respond. */
const patience = "20 seconds"

/** Returns no finding while a run is active, or if there is no readable state file. */
export const checkContents = Effect.fn("contents")(function* (
  { data, databaseUrl }: Pick<Settings, "data" | "databaseUrl">,
  { counts, holder, onlyExport }: StateFound,
) {
  if (counts === undefined || holder !== undefined) return []
  const sources = yield* configuredSinks({ data, databaseUrl })
  const found = yield* Effect.forEach(
    sources,
    (source) =>
      findShortSinks([source], { open: true }).pipe(
        Effect.timeoutOption(patience),
        Effect.map(Option.getOrElse(() => [])),
      ),
  ).pipe(
    Effect.provide(StateFile.layerReadOnly(data)),
  )
  const short = found.flat()
  const lost = describeLost(
    yield* Effect.flatMap(StateFile, ({ ledger }) => ledger.losses(short)).pipe(
      Effect.provide(StateFile.layerReadOnly(data)),
    ),
    onlyExport,
  )
  const { command, noun } = nextDelivery(onlyExport, data)
  return short.length === 0
    ? [ok("contents", "every readable sink holds what the state file lists")]
    : short.map(({ location, shortfalls, sink }): Finding =>
      warning(
        "contents",
        describeShortfalls(sink, location, shortfalls),
        `The next ${noun} restores what another sink keeps for 0 requests` +
          (lost === undefined ? "" : `. No sink keeps all of that: ${lost}`) +
          `. Run: ${command}`,
      )
    )
})
