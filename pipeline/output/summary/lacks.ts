/** Phrases about items that sinks lack, the cost of fetching them again, and the command for it. */
import { isExportResource, Resource } from "../../../schemas/Item.ts"
import { allResources, declarationOf, isComputed } from "../../../schemas/resources.ts"
import { countToRefetch, totalRequests } from "../../run/refetchCost.ts"
import type { UndeliveredItems } from "../../state/outbox/holdings.ts"
import { formatNumber } from "../kit/numbers.ts"
import { quantity } from "../kit/plurals.ts"
import { wrap, wrapList } from "../kit/wrap.ts"
import { nextDelivery } from "../sourcePhrases.ts"

/** Returns `57 activities, 7 gear, zones`, without numbers for resources of which there is one per athlete. */
const listItems = (
  lacks: ReadonlyArray<UndeliveredItems>,
  countOf: (lack: UndeliveredItems) => number,
) =>
  wrapList(
    allResources().flatMap((resource) =>
      lacks.filter((lack) => lack.resource === resource && countOf(lack) > 0).map((lack) =>
        ["athlete", "zones", "stats"].includes(resource)
          ? resource
          : `${formatNumber(countOf(lack))} ${resource}`
      )
    ),
    { first: "    " },
  )

/**
 * Returns `60 streams are fetched again, for 60 requests or more`; undefined if no sink lost an item. Rows of the
 * export come back with an import only, and so does everything if there is no sign-in.
 */
export const describeLost = (
  lost: ReadonlyArray<UndeliveredItems>,
  onlyExport = false,
): string | undefined => {
  const wordsOf = (isWanted: (resource: Resource) => boolean) =>
    allResources().flatMap((resource) =>
      lost.filter((lack) => lack.resource === resource && resource !== "athlete")
        .flatMap(({ count }) =>
          isWanted(resource) ? [`${formatNumber(count)} ${declarationOf(resource).noun}`] : []
        )
    ).join(", ")
  const isImported = (resource: Resource) => onlyExport || isExportResource(resource)
  const fetched = wordsOf((resource) => !isImported(resource) && !isComputed(resource))
  const computed = wordsOf((resource) => !isImported(resource) && isComputed(resource))
  const imported = wordsOf(isImported)
  const parts = [
    ...(fetched === ""
      ? []
      : [`${fetched} are fetched again, for ${quantity(totalRequests(lost), "request")} or more`]),
    ...(computed === "" ? [] : [`${computed} are computed: no request returns them`]),
    ...(imported === "" ? [] : [`${imported} come back with the next import, for 0 requests`]),
  ]
  return parts.length === 0 ? undefined : parts.join(", ")
}

interface LacksOptions {
  /** Describes the end of so many requests. */
  readonly doneAt?: (requests: number) => string
  /** True if everything was imported without a sign-in: then only an import delivers. */
  readonly onlyExport?: boolean
}

/** Describes items that sinks lack because they were stored before the sink was added. */
export const describeLacks = (
  lacks: ReadonlyArray<UndeliveredItems>,
  folder: string,
  { doneAt, onlyExport = false }: LacksOptions = {},
): ReadonlyArray<string> =>
  [...Map.groupBy(lacks, ({ sink }) => sink)].flatMap(([sink, parts]) => {
    const requests = totalRequests(parts)
    const { command, noun } = nextDelivery(onlyExport, folder)
    const task = `${command} --sink ${sink}`
    const kept = listItems(parts, (lack) => lack.kept)
    const end = doneAt === undefined ? "" : `, ${doneAt(requests)}`
    return [
      ...(kept.length === 0 ? [] : [
        `  ${sink} lacks data that another sink has:`,
        ...kept,
        `    The next ${noun} adds it for 0 requests:`,
        `      ${task}`,
      ]),
      ...(requests === 0 ? [] : [
        `  ${sink} lacks data that no other sink has:`,
        ...listItems(parts, countToRefetch),
        ...wrap(`Fetch it again, for ${quantity(requests, "request")} or more${end}:`, {
          first: "    ",
        }),
        `      ${task} --backfill`,
      ]),
    ]
  })
