/** Tables of `verify`: items by sink and resource, and by year. */
import type { Resource } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import type { VerifyPart, Year } from "../verify/Result.ts"
import { formatRow, left, leftOf, right } from "./kit/columns.ts"
import { formatCell } from "./kit/numbers.ts"

const partWidths = [9, 7, 9, 10, 12, 8]

const partHeadings = [
  "sink",
  "resource",
  "expected",
  "found",
  "compared",
  "different",
  "undelivered",
  "lacking",
]

export const renderParts = (parts: ReadonlyArray<VerifyPart>): ReadonlyArray<string> => {
  const named = leftOf(parts.map(({ resource }) => resource), 11)
  const columns = [left(9), named, ...partWidths.map(right)]
  return [
    formatRow(partHeadings, columns),
    ...parts.map((part) =>
      formatRow([
        part.sink,
        part.resource,
        ...[
          part.expected,
          part.there,
          part.compared,
          part.different,
          part.waiting + part.refused,
          part.lacking,
        ].map(formatCell),
      ], columns)
    ),
  ]
}

const yearResources = ["activities", "streams"] as const

/** One row per year: for each resource a column of known items, and one for each sink. */
export const renderYears = (
  years: ReadonlyArray<Year>,
  sinks: ReadonlyArray<SinkName>,
): ReadonlyArray<string> => {
  const dated = years.filter(({ resource }) => yearResources.some((one) => one === resource))
    .map(({ year }) => year)
  const all = [...new Set(dated)].sort((a, b) => (b ?? 0) - (a ?? 0))
  if (all.length === 0) return []
  const columns = [
    left(6),
    ...yearResources.flatMap((_, i) => [
      right(i === 0 ? 11 : 12),
      ...sinks.map((sink) => right(Math.max(6, sink.length + 1))),
    ]),
  ]
  const cells = (year: number | null, resource: Resource) => {
    const found = years.find((one) => one.year === year && one.resource === resource)
    return [found?.known ?? 0, ...sinks.map((sink) => found?.there[sink] ?? 0)].map(formatCell)
  }
  return [
    "",
    formatRow(["year", ...yearResources.flatMap((resource) => [resource, ...sinks])], columns),
    ...all.map((year) =>
      formatRow([
        year === null ? "?" : String(year),
        ...yearResources.flatMap((resource) => cells(year, resource)),
      ], columns)
    ),
  ]
}
