/** Phrases of `status` about sinks that hold less than the state file says. */
import type { Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import type { UndeliveredItems } from "../../state/outbox/holdings.ts"
import { countsOf, type ShortSink } from "../../state/outbox/shortfall.ts"
import { formatNumber } from "../kit/numbers.ts"
import { wrap, wrapList } from "../kit/wrap.ts"
import { nextDelivery } from "../sourcePhrases.ts"
import { describeLost } from "./lacks.ts"

/** Returns `12 stored`, or for a sink that lost some of them `3 stored, 9 lost`. */
export const describeStored = (
  short: ReadonlyArray<ShortSink>,
  sink: SinkName,
  resource: Resource,
  landed: number,
): string => {
  const lost = short.find((one) => one.sink === sink)?.shortfalls
    .find((one) => one.resource === resource)
  return lost === undefined
    ? `${formatNumber(landed)} stored`
    : `${formatNumber(lost.found)} stored, ${formatNumber(lost.expected - lost.found)} lost`
}

/** Describes such sinks, the command that restores them, and what is in no sink any more. */
export const describeShort = (
  short: ReadonlyArray<ShortSink>,
  folder: string,
  lost: ReadonlyArray<UndeliveredItems>,
  onlyExport = false,
): ReadonlyArray<string> => {
  const words = describeLost(lost, onlyExport)
  const { command, noun } = nextDelivery(onlyExport, folder)
  return [
    ...short.flatMap(({ location, shortfalls, sink }) => [
      `  ${sink} was emptied, replaced or changed since the last run. It holds`,
      ...wrapList(countsOf(shortfalls), { first: "    " }),
      ...wrap(
        `in ${location}. The next ${noun} restores, for 0 requests, what another sink keeps: ` +
          command,
        { first: "    " },
      ),
    ]),
    ...(words === undefined ? [] : [
      "  No sink keeps all of that:",
      ...wrapList(words.split(", "), { first: "    " }),
    ]),
  ]
}
