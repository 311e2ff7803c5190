/** The part of `status` about sinks that hold less than the state file says. */
import type { Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { describeLost, wrapWords } from "./lacks.ts"
import { taskLine } from "../kit/line.ts"
import type { UndeliveredItems } from "../../state/outbox/holdings.ts"
import { countsOf, type ShortSink } from "../../state/outbox/shortfall.ts"

/** `12 stored`, or of a sink that lost some of them: `3 stored, 9 lost`. */
export const storedWords = (
  short: ReadonlyArray<ShortSink>,
  sink: SinkName,
  resource: Resource,
  landed: number,
): string => {
  const lost = short.find((one) => one.sink === sink)?.shortfalls
    .find((one) => one.resource === resource)
  return lost === undefined
    ? `${landed} stored`
    : `${lost.found} stored, ${lost.expected - lost.found} lost`
}

export const describeShort = (
  short: ReadonlyArray<ShortSink>,
  folder: string,
  lost: ReadonlyArray<UndeliveredItems>,
): ReadonlyArray<string> => [
  ...short.flatMap(({ location, shortfalls, sink }) => [
    `  ${sink} was emptied, replaced or changed since the last run. It holds`,
    ...wrapWords(countsOf(shortfalls)),
    `    in ${location}. The next run restores what another sink keeps for 0`,
    `    requests:  ${taskLine("pipeline", folder)}`,
  ]),
  ...(describeLost(lost) === undefined ? [] : [
    "  No sink keeps all of that:",
    ...wrapWords(describeLost(lost)?.split(", ") ?? []),
  ]),
]
